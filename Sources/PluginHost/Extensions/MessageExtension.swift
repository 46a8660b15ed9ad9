internal import Mail
internal import PluginABI

/// The table haraka.message/1: the text of the message.
enum MessageExtension {
    nonisolated(unsafe) static let table = unsafe Text.forever(
        hk_ext_message(
            struct_size: UInt32(MemoryLayout<hk_ext_message>.size),
            reserved: 0,
            view: { context, transaction, call, parts, capacity, count in
                unsafe HostTable.serve(context) { instance in
                    unsafe view(instance, transaction, call, parts, Int(capacity), count)
                }
            },
            read: { context, transaction, offset, buffer, capacity, got in
                unsafe with(context, transaction) { message, staged in
                    guard let got = unsafe got, unsafe buffer != nil || capacity == 0 else { return Status.invalid }
                    let target = unsafe UnsafeMutableRawBufferPointer(start: buffer, count: capacity)
                    unsafe got.pointee = message.read(at: Int(clamping: offset), with: staged, into: target)
                    return Status.ok
                }
            },
            header: { context, transaction, name, nth, buffer, capacity, need in
                unsafe with(context, transaction) { message, staged in
                    guard let name = unsafe Text.copy(name) else { return Status.invalid }
                    let block = message.header(with: staged)
                    guard let range = block.value(of: name, nth: Int(nth)) else { return Status.notFound }
                    return unsafe block.bytes.withUnsafeBytes { bytes in
                        unsafe Text.fill(UnsafeRawBufferPointer(rebasing: bytes[range]), buffer, capacity, need)
                    }
                }
            },
            edit: { context, call, operation, name, value, nth in
                unsafe HostTable.serve(context) { unsafe edit($0, call, operation, name, value, nth) }
            }
        )
    )

    /// Every occurrence.
    private static let all = UInt32.max
    /// More edits of one call are a loop that doesn't end.
    private static let editLimit = 1000

    /// The message of a transaction, with what this plugin's open call has staged.
    private static func with(
        _ context: UnsafeMutableRawPointer?,
        _ transaction: UInt64,
        _ body: (MessageBuffer, [HeaderEdit]) -> hk_status
    ) -> hk_status {
        unsafe HostTable.serve(context) { instance in
            guard Token.kind(of: transaction) == .transaction,
                let session = instance.backstage.sessions.holder(of: transaction)
            else { return Status.stale }
            switch session.message(of: transaction) {
            case .failure(.stale): return Status.stale
            case .failure(.tooEarly): return Status.phase
            case .success((let message, let call)):
                return body(message, call?.openStaged(for: instance)?.headers ?? [])
            }
        }
    }

    private static func view(
        _ instance: PluginInstance,
        _ transaction: UInt64,
        _ token: UInt64,
        _ parts: UnsafeMutablePointer<hk_str>?,
        _ capacity: Int,
        _ count: UnsafeMutablePointer<UInt32>?
    ) -> hk_status {
        guard let count = unsafe count, unsafe parts != nil || capacity == 0 else { return Status.invalid }
        guard let call = CallsExtension.call(token, instance), let staged = call.staged(token, for: instance) else {
            return Status.stale
        }
        switch call.session.message(of: transaction) {
        case .failure(.stale): return Status.stale
        case .failure(.tooEarly): return Status.phase
        case .success((let message, _)):
            let (image, segments) = unsafe message.segments(with: staged.headers)
            guard call.keep(image, token, for: instance), call.keep(message, token, for: instance) else {
                return Status.stale
            }
            unsafe count.pointee = UInt32(segments.count)
            for index in unsafe 0..<min(capacity, segments.count) {
                let start = unsafe segments[index].baseAddress?.assumingMemoryBound(to: CChar.self)
                unsafe parts?[index] = hk_str(ptr: start, len: segments[index].count)
            }
            return Status.ok
        }
    }

    private static func edit(
        _ instance: PluginInstance,
        _ token: UInt64,
        _ operation: Int32,
        _ name: hk_str,
        _ value: hk_str,
        _ nth: UInt32
    ) -> hk_status {
        guard let call = CallsExtension.call(token, instance) else { return Status.stale }
        guard let name = unsafe Text.copy(name),
            let edit = headerEdit(operation, name, unsafe Text.bytes(value) ?? [], nth)
        else { return Status.invalid }
        return call.stage(token, for: instance) { staged, _ in
            guard let message = call.session.state.withLock({ $0.mail?.message }) else { return Status.phase }
            guard staged.headers.count < editLimit else { return Status.limit }
            switch message.refusal(of: edit, after: staged.headers) {
            case nil: break
            case .noSuchField: return Status.notFound
            case .badName, .badValue, .lineTooLong: return Status.invalid
            }
            staged.headers.append(edit)
            return Status.ok
        }
    }

    private static func headerEdit(_ operation: Int32, _ name: String, _ value: [UInt8], _ nth: UInt32) -> HeaderEdit? {
        switch Int(operation) {
        case HK_EDIT_ADD_TOP: .addTop(name: name, value: value)
        case HK_EDIT_ADD_END: .addEnd(name: name, value: value)
        case HK_EDIT_REMOVE: .remove(name: name, nth: nth == all ? nil : Int(nth))
        case HK_EDIT_REPLACE: nth == all ? nil : .replace(name: name, value: value, nth: Int(nth))
        default: nil
        }
    }
}
