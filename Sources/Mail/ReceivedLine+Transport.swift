extension ReceivedLine {
    /// How a message came in, which the keyword behind `with` tells.
    public struct Transport: Sendable, Equatable {
        /// Whether the client said EHLO.
        public var isExtended: Bool
        public var isEncrypted: Bool
        public var isAuthenticated: Bool
        /// Whether the transaction used SMTPUTF8.
        public var isUTF8: Bool
        /// Whether the client said LHLO.
        public var isLocal: Bool

        public init(
            isExtended: Bool,
            isEncrypted: Bool = false,
            isAuthenticated: Bool = false,
            isUTF8: Bool = false,
            isLocal: Bool = false
        ) {
            self.isExtended = isExtended
            self.isEncrypted = isEncrypted
            self.isAuthenticated = isAuthenticated
            self.isUTF8 = isUTF8
            self.isLocal = isLocal
        }

        /// RFC 3848 and RFC 6531 §4.3; there is no keyword for plain SMTP over TLS.
        public var keyword: String {
            guard isExtended else { return "SMTP" }
            let name = isLocal ? (isUTF8 ? "UTF8LMTP" : "LMTP") : (isUTF8 ? "UTF8SMTP" : "ESMTP")
            return name + (isEncrypted ? "S" : "") + (isAuthenticated ? "A" : "")
        }
    }
}
