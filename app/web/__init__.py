"""What both Flask apps share: settings of an app, headers, errors, language, template helpers."""
