/// A SASL mechanism that users of a file can log in by, in the order in which they are offered.
package enum AuthMethod: String, CaseIterable {
    case scramSHA256Plus = "SCRAM-SHA-256-PLUS"
    case scramSHA256 = "SCRAM-SHA-256"
    case plain = "PLAIN"
    case login = "LOGIN"
    case cramMD5 = "CRAM-MD5"
    case external = "EXTERNAL"

    /// What is offered where `methods` says nothing: all that need a password.
    static let usual = allCases.filter { $0 != .external }
}
