/// What plugins leave for each other on a connection or a transaction.
///
/// Keys are the plugin's own unless they start with `@`, which all plugins share.
public struct Notes: Sendable {
    let host: Host
    let scope: UInt64

    /// The note of that name; setting nil removes it.
    ///
    /// A note that the host refuses is logged, see `set(_:for:)`.
    public subscript(key: String) -> Value? {
        get { (try? value(key)) ?? nil }
        nonmutating set {
            do throws(HostError) { try set(newValue, for: key) } catch {
                host.log(.error, error.description, scope: scope)
            }
        }
    }

    /// The note of that name; nil when there is none.
    public func value(_ key: String) throws(HostError) -> Value? {
        let answer = unsafe Value.ask { raw, buffer, capacity, need in
            unsafe key.withView { key in
                guard let get = unsafe host.tables.notes?.pointee.get else { return hk_status(HK_E_UNSUPPORTED) }
                return unsafe get(host.tables.context, scope, key, raw, buffer, capacity, need)
            }
        }
        guard answer.status == HK_OK || answer.status == HK_E_NOT_FOUND else {
            throw HostError(answer.status, "note \(key)")
        }
        return answer.value
    }

    /// Leaves a note, at most 64 KiB; nil removes it.
    public func set(_ value: Value?, for key: String) throws(HostError) {
        let status = unsafe key.withView { key in
            guard let set = unsafe host.tables.notes?.pointee.set else { return hk_status(HK_E_UNSUPPORTED) }
            guard let value else { return unsafe set(host.tables.context, scope, key, nil) }
            return unsafe value.withRaw { unsafe set(host.tables.context, scope, key, $0) }
        }
        try HostError.check(status, "note \(key)")
    }

    /// A result for logs and other plugins.
    public func result(_ kind: ResultKind, _ text: String) {
        let status = unsafe text.withView {
            unsafe host.tables.notes?.pointee.result(host.tables.context, scope, kind.rawValue, $0)
        }
        guard status != hk_status(HK_OK) else { return }
        let refusal = HostError(status, "result \(kind.rawValue)")
        host.log(.error, refusal.description, scope: scope)
    }
}
