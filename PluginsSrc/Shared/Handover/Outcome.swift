/// What has become of one recipient at the next host.
package struct Outcome: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case delivered
        /// Not now.
        case deferred
        /// Never.
        case failed
    }

    package let kind: Kind
    /// The recipient's index in the transaction.
    package let index: Int
    package let address: String
    /// Of the host's reply; 0 when it said nothing.
    package let code: Int
    package let enhanced: String?
    package let text: String
    /// Nil when none was reached.
    package let host: String?

    package init(
        _ kind: Kind,
        index: Int,
        address: String = "",
        code: Int = 0,
        enhanced: String? = nil,
        text: String = "",
        host: String? = nil
    ) {
        self.kind = kind
        self.index = index
        self.address = address
        self.code = code
        self.enhanced = enhanced
        self.text = text
        self.host = host
    }
}
