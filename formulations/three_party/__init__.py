"""The three-party market: sellers, an agency and a buyer."""
