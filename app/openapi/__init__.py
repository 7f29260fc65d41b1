"""The API described for machines, all from the declarations of its routes.

`document.py` makes OpenAPI 3.1, `errors.py` its problems and `parameters.py` its parameters;
`swagger.py` converts the document to Swagger 2.0. Start reading at `document.py`.
"""
