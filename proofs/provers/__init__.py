"""What looks for certificates, instances and second opinions, which need not be trusted; and rigorous evaluation.

Certificates are checked by the kernel, and z3 has no say in a verdict. Trusted is how `countermodel` evaluates an
instance and how `boxes` covers a box: refutations and statements on boxes rest on these.
"""
