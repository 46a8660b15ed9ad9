internal import PluginABI
internal import Synchronization

/// The table haraka.notes/1: what plugins leave for each other.
enum NotesExtension {
    nonisolated(unsafe) static let table = unsafe Text.forever(
        hk_ext_notes(
            struct_size: UInt32(MemoryLayout<hk_ext_notes>.size),
            reserved: 0,
            get: { context, scope, key, out, buffer, capacity, need in
                unsafe with(context, scope, key) { session, key, _ in
                    guard let out = unsafe out else { return Status.invalid }
                    guard let value = session.withNotes(of: scope, { $0[key] }) else { return Status.stale }
                    guard let value else { return Status.notFound }
                    return unsafe store(value, out, buffer, capacity, need)
                }
            },
            set: { context, scope, key, value in
                unsafe with(context, scope, key) { session, key, _ in
                    guard !key.hasPrefix("@results/") else { return Status.denied }
                    guard let value = unsafe read(value) else { return Status.invalid }
                    return set(session, scope, key, value)
                }
            },
            result: { context, scope, kind, text in
                unsafe HostTable.serve(context) { instance in
                    guard let kind = unsafe kind.map({ unsafe String(cString: $0) }), kinds.contains(kind) else {
                        return Status.invalid
                    }
                    guard let session = session(scope, instance) else { return Status.stale }
                    let line = unsafe Text.line(text, limit: NoteBook.valueLimit)
                    let key = "@results/\(instance.name)/\(kind)"
                    let isKept = session.withNotes(of: scope) { $0.append(key, line: line) }
                    return isKept.map { $0 ? Status.ok : Status.limit } ?? Status.stale
                }
            }
        )
    )

    private static let kinds: Set<String> = ["pass", "fail", "skip", "err", "msg"]
    private static let keyLimit = 512

    private static func session(_ scope: UInt64, _ instance: PluginInstance) -> SharedSession? {
        switch Token.kind(of: scope) {
        case .session, .transaction: instance.backstage.sessions.holder(of: scope)
        case .call, .timer, .connection, nil: nil
        }
    }

    private static func with(
        _ context: UnsafeMutableRawPointer?,
        _ scope: UInt64,
        _ key: hk_str,
        _ body: (SharedSession, String, PluginInstance) -> hk_status
    ) -> hk_status {
        unsafe HostTable.serve(context) { instance in
            guard let key = unsafe Text.copy(key), (1...keyLimit).contains(key.utf8.count) else {
                return Status.invalid
            }
            guard let session = session(scope, instance) else { return Status.stale }
            return body(session, key.hasPrefix("@") ? key : "\(instance.name)/\(key)", instance)
        }
    }

    private static func set(_ session: SharedSession, _ scope: UInt64, _ key: String, _ value: Note) -> hk_status {
        let stored: NoteBook.Value? =
            switch value {
            case .nothing: nil
            case .something(let value): value
            }
        guard let isKept = session.withNotes(of: scope, { $0.set(key, stored) }) else { return Status.stale }
        if key == "@skip_plugins" { session.skipWrites.wrappingAdd(1, ordering: .releasing) }
        return isKept ? Status.ok : Status.limit
    }

    private enum Note {
        case nothing
        case something(NoteBook.Value)
    }

    /// nil when it is no value.
    private static func read(_ given: UnsafePointer<hk_value>?) -> Note? {
        guard let given = unsafe given else { return .nothing }
        let value = unsafe given.pointee
        switch unsafe Int(value.type) {
        case HK_T_NULL: return .nothing
        case HK_T_BOOL: return unsafe .something(.boolean(value.as.u != 0))
        case HK_T_I64: return unsafe .something(.integer(value.as.i))
        case HK_T_U64: return unsafe .something(.unsigned(value.as.u))
        case HK_T_F64: return unsafe .something(.real(value.as.d))
        case HK_T_STR: return unsafe Text.copy(value.as.s).map { .something(.text(Array($0.utf8))) }
        case HK_T_BYTES: return unsafe Text.bytes(value.as.s).map { .something(.bytes($0)) }
        default: return nil
        }
    }

    private static func store(
        _ value: NoteBook.Value,
        _ out: UnsafeMutablePointer<hk_value>,
        _ buffer: UnsafeMutablePointer<CChar>?,
        _ capacity: Int,
        _ need: UnsafeMutablePointer<Int>?
    ) -> hk_status {
        switch value {
        case .text(let bytes):
            return unsafe bytes.withUnsafeBytes { unsafe Text.fill($0, type: HK_T_STR, out, buffer, capacity, need) }
        case .bytes(let bytes):
            return unsafe bytes.withUnsafeBytes { unsafe Text.fill($0, type: HK_T_BYTES, out, buffer, capacity, need) }
        case .real(let number):
            unsafe out.pointee = hk_value()
            unsafe out.pointee.type = UInt32(HK_T_F64)
            unsafe out.pointee.as.d = number
            if let need = unsafe need { unsafe need.pointee = 0 }
            return Status.ok
        case .boolean(let isTrue): return unsafe FactLookup.boolean(isTrue).store(out, buffer, capacity, need)
        case .integer(let number): return unsafe FactLookup.integer(number).store(out, buffer, capacity, need)
        case .unsigned(let number): return unsafe FactLookup.unsigned(number).store(out, buffer, capacity, need)
        }
    }
}
