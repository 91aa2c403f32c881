enum PostgresClientStub {}
