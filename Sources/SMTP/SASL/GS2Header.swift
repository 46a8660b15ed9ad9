internal import Mail

/// What SCRAM and OAUTHBEARER begin with: is there a channel binding, and who is the client to be; RFC 5801 §4.
struct GS2Header {
    enum Binding: Equatable {
        /// "n": the client can't bind.
        case none
        /// "y": the client could, and believes that the server can't.
        case notOffered
        /// "p=NAME": the client binds.
        case used(String)
    }

    let binding: Binding
    let authorization: String?
    /// Where the mechanism's own message begins, behind the second comma.
    let end: Int

    init(_ message: [UInt8]) throws(SASLExchange.Failure) {
        guard let first = message.firstIndex(of: comma), let second = message[(first + 1)...].firstIndex(of: comma)
        else { throw .malformed("the GS2 header is unfinished") }
        binding = try Self.binding(Array(message[..<first]))
        let identity = message[(first + 1)..<second]
        authorization = identity.isEmpty ? nil : try Self.authorization(identity)
        end = second + 1
    }

    private static func binding(_ flag: [UInt8]) throws(SASLExchange.Failure) -> Binding {
        if flag == [UInt8(ascii: "n")] { return .none }
        if flag == [UInt8(ascii: "y")] { return .notOffered }
        let name = flag.dropFirst(2)
        guard flag.starts(with: Array("p=".utf8)), !name.isEmpty, name.count <= 64, name.allSatisfy(isNameCharacter)
        else { throw .malformed("the GS2 header's flag is none of n, y and p=NAME") }
        return .used(String(decoding: name, as: UTF8.self))
    }

    /// RFC 5802 §7: `cb-name`.
    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        byte.isDigit || (0x61...0x7A).contains(byte.lowercased) || ".-".utf8.contains(byte)
    }

    private static func authorization(_ part: ArraySlice<UInt8>) throws(SASLExchange.Failure) -> String {
        guard part.starts(with: Array("a=".utf8)) else { throw .malformed("the GS2 header has something unknown") }
        return try SASLName.read(Self.unescaped(part.dropFirst(2)))
    }

    /// Undoes "=2C" and "=3D"; any other "=" is an error: RFC 5802 §5.1, `saslname`.
    static func unescaped(_ text: ArraySlice<UInt8>) throws(SASLExchange.Failure) -> [UInt8] {
        var plain: [UInt8] = []
        var index = text.startIndex
        while index < text.endIndex {
            guard text[index] == UInt8(ascii: "=") else {
                plain.append(text[index])
                index += 1
                continue
            }
            switch String(decoding: text[index...].prefix(3), as: UTF8.self) {
            case "=2C": plain.append(comma)
            case "=3D": plain.append(UInt8(ascii: "="))
            default: throw .malformed("a name has an equals sign that stands for nothing")
            }
            index += 3
        }
        return plain
    }
}

private let comma = UInt8(ascii: ",")
