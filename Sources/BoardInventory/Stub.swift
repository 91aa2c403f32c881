enum BoardInventoryStub {}
