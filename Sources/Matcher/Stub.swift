enum MatcherStub {}
