extension ReceivedLine {
    /// How a message came in, which the keyword behind `with` tells.
    public struct Transport: Sendable, Equatable {
        /// Whether the client said EHLO.
        public var isExtended: Bool
        public var isEncrypted: Bool
        public var isAuthenticated: Bool
        /// Whether the transaction used SMTPUTF8.
        public var isUTF8: Bool

        public init(
            isExtended: Bool,
            isEncrypted: Bool = false,
            isAuthenticated: Bool = false,
            isUTF8: Bool = false
        ) {
            self.isExtended = isExtended
            self.isEncrypted = isEncrypted
            self.isAuthenticated = isAuthenticated
            self.isUTF8 = isUTF8
        }

        /// RFC 3848 and RFC 6531 §4.3; there is no keyword for plain SMTP over TLS.
        public var keyword: String {
            guard isExtended else { return "SMTP" }
            return (isUTF8 ? "UTF8SMTP" : "ESMTP") + (isEncrypted ? "S" : "") + (isAuthenticated ? "A" : "")
        }
    }
}
