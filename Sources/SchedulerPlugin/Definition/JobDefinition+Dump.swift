extension JobDefinition {
  /// The text LAVA stores in `testjob.definition`: `yaml_safe_dump` of the loaded definition
  /// (`lava_scheduler_app/models.py:_create_pipeline_job`). Comments are gone, merge keys are written out.
  ///
  /// - Parameter sortedKeys: true for LAVA until 2024.03; from 2024.05 on the keys keep their order.
  public func dumped(sortedKeys: Bool) -> String {
    var dumper = YAMLDumper(sortedKeys: sortedKeys)
    // The emitter only fails on text that is no Unicode and when memory runs out.
    guard let text = try? dumper.dump(.mapping(root), origin) else {
      preconditionFailure("libyaml refused to write a definition that it has read")
    }
    return text
  }
}
