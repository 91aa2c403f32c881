import PostgresClient

/// What the doctor asks.
enum DoctorSQL {
  /// Tables and the rights Boardcast needs on them that the current role lacks.
  static let lackingRights: SQL = """
    SELECT w.need, w.name
      FROM (VALUES ('SELECT', 'lava_scheduler_app_device'), ('SELECT', 'lava_scheduler_app_devicetype'),
                   ('SELECT', 'lava_scheduler_app_worker'), ('SELECT', 'lava_scheduler_app_alias'),
                   ('SELECT', 'lava_scheduler_app_tag'), ('INSERT', 'lava_scheduler_app_tag'),
                   ('SELECT', 'lava_scheduler_app_device_tags'), ('INSERT', 'lava_scheduler_app_device_tags'),
                   ('SELECT', 'lava_scheduler_app_testjob'), ('INSERT', 'lava_scheduler_app_testjob'),
                   ('INSERT', 'lava_scheduler_app_testjob_tags'),
                   ('INSERT', 'lava_scheduler_app_testjob_viewing_groups'),
                   ('SELECT', 'linaro_django_xmlrpc_authtoken')) AS w (need, name)
     WHERE NOT has_table_privilege(format('public.%I', w.name)::regclass, w.need)
    """
}
