import Testing

/// Tests that let `serve` write into the lab's own database, beside LAVA's own daemons: one after the other, because of
/// several one writes, by its own configuration, and the others stand by.
@Suite(.serialized) enum LabItself {}
