public import SMTP
public import Wire

/// What is known of a host that is ready for a message.
public struct CourierFacts: Sendable, Equatable {
    /// Which address it is, and what TLS has shown.
    public let connection: OutcallFacts
    public let capabilities: Capabilities
    public let isAuthenticated: Bool
    /// MAIL commands so far.
    public let transactions: Int

    public init(connection: OutcallFacts, capabilities: Capabilities, isAuthenticated: Bool, transactions: Int) {
        self.connection = connection
        self.capabilities = capabilities
        self.isAuthenticated = isAuthenticated
        self.transactions = transactions
    }
}
