enum SchedulerPluginStub {}
