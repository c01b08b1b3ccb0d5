#!version:1.0.0.1
[A,B]include:config "a.cfg"
include:config a.cfg
