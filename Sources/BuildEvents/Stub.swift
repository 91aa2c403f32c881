enum BuildEventsStub {}
