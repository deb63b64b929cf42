"""The API's reference as a page, made from the OpenAPI document."""
