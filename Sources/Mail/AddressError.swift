/// Why a text is not an address.
public enum AddressError: Error, Sendable, Equatable {
    /// No `<` and `>` around it, or something that doesn't belong between or behind them.
    case malformedPath
    /// Empty where a mailbox is needed.
    case empty
    case malformedLocal
    /// More than 64 octets: RFC 5321 §4.5.3.1.1.
    case localTooLong
    case missingDomain
    case malformedDomain
    /// More than 255 octets, or a label of more than 63: RFC 5321 §4.5.3.1.2.
    case domainTooLong
    /// Characters outside ASCII where SMTPUTF8 wasn't asked for: RFC 6531 §3.5.
    case nonASCII
    /// Not UTF-8, or a character that no address holds.
    case badEncoding

    /// What a person is told.
    public var reason: String {
        switch self {
        case .malformedPath: "write the address as <user@example.org>"
        case .empty: "an address is needed here"
        case .malformedLocal: "the part before the @ is malformed"
        case .localTooLong: "the part before the @ is longer than 64 bytes"
        case .missingDomain: "the address has no domain"
        case .malformedDomain: "the domain is malformed"
        case .domainTooLong: "the domain is too long"
        case .nonASCII: "an address outside ASCII needs SMTPUTF8"
        case .badEncoding: "the address is not valid UTF-8"
        }
    }
}
