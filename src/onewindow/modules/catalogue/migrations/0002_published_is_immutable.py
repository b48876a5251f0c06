"""The database itself refuses to change what was published; only the end of an object's validity may be written, once."""

from django.db import migrations

_MESSAGE = "a published catalogue object cannot be changed"
_CHANGED = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in ("kind", "key", "since_id"))

_POSTGRESQL = f"""
CREATE FUNCTION catalogue_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {_CHANGED} OR OLD.document::text <> NEW.document::text OR OLD.until_id IS NOT NULL THEN
    RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER catalogue_published_is_immutable BEFORE UPDATE ON catalogue_catalogueobject
FOR EACH ROW EXECUTE FUNCTION catalogue_refuse_change();
"""
_POSTGRESQL_BACK = "DROP TRIGGER catalogue_published_is_immutable ON catalogue_catalogueobject; DROP FUNCTION catalogue_refuse_change();"

_SQLITE = f"""
CREATE TRIGGER catalogue_published_is_immutable BEFORE UPDATE ON catalogue_catalogueobject
WHEN {_CHANGED.replace("IS DISTINCT FROM", "IS NOT")} OR OLD.document IS NOT NEW.document OR OLD.until_id IS NOT NULL
BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END;
"""
_SQLITE_BACK = "DROP TRIGGER catalogue_published_is_immutable;"


def _run(schema_editor, on_postgresql, on_sqlite):
    schema_editor.execute(on_postgresql if schema_editor.connection.vendor == "postgresql" else on_sqlite)


def guard(apps, schema_editor):
    _run(schema_editor, _POSTGRESQL, _SQLITE)


def unguard(apps, schema_editor):
    _run(schema_editor, _POSTGRESQL_BACK, _SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
