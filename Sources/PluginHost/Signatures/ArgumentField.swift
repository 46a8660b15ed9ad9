internal import PluginABI

/// One field of `hk_args`: its name in signatures, its type there, and where it lies.
struct ArgumentField: Sendable {
    enum Kind: UInt8, Sendable {
        case int32 = 0x69  // i
        case uint64 = 0x55  // U
        case flag = 0x62  // b
        case text = 0x73  // s
        case bytes = 0x42  // B
        case pointer = 0x70  // p

        var letter: Character { Character(UnicodeScalar(rawValue)) }
        /// Whether a parameter of this kind may be declared with that letter: text also goes as bytes.
        func isWritten(_ letter: UInt8) -> Bool {
            switch self {
            case .text, .bytes: letter == Kind.text.rawValue || letter == Kind.bytes.rawValue
            case .int32, .uint64, .flag, .pointer: letter == rawValue
            }
        }
    }

    let name: String
    let kind: Kind
    let offset: Int

    static func named(_ name: String) -> ArgumentField? { byName[name] }

    private static let byName: [String: ArgumentField] = {
        var fields: [String: ArgumentField] = [:]
        for text in TextField.allCases {
            let kind: Kind = text == .authSecret || text == .authToken ? .bytes : .text
            fields[text.name] = ArgumentField(name: text.name, kind: kind, offset: text.offset)
        }
        for field in numbers { fields[field.name] = field }
        return fields
    }()

    private static func field(_ name: String, _ kind: Kind, _ path: PartialKeyPath<hk_args>) -> ArgumentField {
        guard let offset = unsafe MemoryLayout<hk_args>.offset(of: path) else {
            preconditionFailure("a field of a C struct has an offset")
        }
        return ArgumentField(name: name, kind: kind, offset: offset)
    }

    private static let numbers: [ArgumentField] = unsafe [
        field("ud", .pointer, \.ud),
        field("call", .uint64, \.call),
        field("session", .uint64, \.session),
        field("txn", .uint64, \.txn),
        field("remote_port", .int32, \.remote_port),
        field("local_port", .int32, \.local_port),
        field("relaying", .flag, \.relaying),
        field("esmtp", .flag, \.esmtp),
        field("mail_size", .uint64, \.mail_size),
        field("rcpt_index", .int32, \.rcpt_index),
        field("rcpt_count", .int32, \.rcpt_count),
        field("size", .uint64, \.size),
        field("denied_verdict", .int32, \.denied_verdict),
        field("log_level", .int32, \.log_level),
        field("queue_id", .uint64, \.queue_id),
        field("delay_ms", .uint64, \.delay_ms),
        field("attempts", .int32, \.attempts),
        field("next_port", .int32, \.next_port),
    ]
}
