"""name -> candidates: the embedded, offline gazetteer and its geopy geocoder."""
