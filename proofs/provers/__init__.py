"""What looks for certificates, countermodels and second opinions; nothing here is trusted."""
