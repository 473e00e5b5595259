"""Privacy contracts: ironing, the group-weighted variance, and the certificate of a menu."""
