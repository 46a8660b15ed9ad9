extension Address {
    /// What a place allows beyond an ASCII mailbox.
    public struct Syntax: OptionSet, Sendable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// UTF-8 in both parts: RFC 6531 §3.3.
        public static let utf8 = Syntax(rawValue: 1)
        /// The null path, as a sender.
        public static let null = Syntax(rawValue: 2)
        /// `postmaster` without a domain, in any case, as a recipient: RFC 5321 §4.5.1.
        public static let postmaster = Syntax(rawValue: 4)
        /// What careless clients send.
        ///
        /// No angle brackets, dots at the ends of the local part or two of them in a row, a local part of up to 255
        /// bytes, underscores in host names.
        public static let tolerant = Syntax(rawValue: 8)
    }
}
