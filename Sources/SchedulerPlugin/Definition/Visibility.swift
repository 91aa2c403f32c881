/// Who may see a job, as its definition asks for (`lava_scheduler_app/schema.py:visibility_schema`).
public enum Visibility: Sendable, Hashable {
  /// Everybody.
  case `public`
  /// The submitter, through a group of the same name.
  case personal
  /// The members of these groups; LAVA drops names it does not know, and refuses the job when none is left.
  case groups([String])
  /// `{}`: no group at all, only the submitter.
  case none
}
