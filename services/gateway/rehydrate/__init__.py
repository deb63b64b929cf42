"""Tables whose topics are lost in, the records with which their open jobs go on out."""
