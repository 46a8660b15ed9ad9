internal import Mail

/// A message of SCRAM: attributes of one letter, a comma between them; RFC 5802 §5.1 and §7.
struct ScramMessage {
    /// Each with its letter, "=" and value.
    private let attributes: [ArraySlice<UInt8>]

    /// Splits it; the first attributes have to be these, in this order, and the others must be well formed.
    init(_ bytes: ArraySlice<UInt8>, beginsWith letters: String) throws(SASLExchange.Failure) {
        attributes = bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        // RFC 5802 §5.1: "m" is reserved for what a server that doesn't know it must refuse.
        guard attributes.first?.first != UInt8(ascii: "m") else { throw .malformed("SCRAM has an unknown extension") }
        guard attributes.count >= letters.utf8.count, attributes.allSatisfy(Self.isAttribute) else {
            throw .malformed("a SCRAM message is not made of attributes")
        }
        guard zip(attributes, letters.utf8).allSatisfy({ $0.first == $1 }) else {
            throw .malformed("a SCRAM message has other attributes than it should")
        }
    }

    var count: Int { attributes.count }

    /// The value of the attribute at this place.
    func value(_ index: Int) -> ArraySlice<UInt8> { attributes[index].dropFirst(2) }

    func letter(_ index: Int) -> UInt8? { attributes[index].first }

    private static func isAttribute(_ part: ArraySlice<UInt8>) -> Bool {
        let head = part.prefix(2)
        return part.count > 2 && (0x61...0x7A).contains((head.first ?? 0).lowercased) && head.last == UInt8(ascii: "=")
            && !part.contains(0)
    }
}
