>F1;FRAG
a fragment
MKV*
