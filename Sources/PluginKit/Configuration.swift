/// The service directory's configuration: `config.string("maildir.ini:create")`.
///
/// A path is a file below `config/` and a key: `FILE:SECTION.KEY`, or `FILE:KEY` for the main section. Without an
/// ending `.ini` is tried, then `.yaml`, `.json`, then a plain file. What is absent is nil, or the given default.
public struct Configuration: Sendable {
    let host: Host

    /// A scalar with the type that its file gives it; those of ini and plain files are strings.
    public func value(_ path: String) throws(HostError) -> Value? {
        let answer = unsafe Value.ask { raw, buffer, capacity, need in
            unsafe path.withView { path in
                guard let get = unsafe host.tables.config?.pointee.get else { return hk_status(HK_E_UNSUPPORTED) }
                return unsafe get(host.tables.context, path, raw, buffer, capacity, need)
            }
        }
        switch Int(answer.status) {
        case HK_OK: return answer.value
        case HK_E_NOT_FOUND: return nil
        default: throw HostError(answer.status, "config \(path)")
        }
    }

    /// A text; nil when it is absent or no scalar.
    public func string(_ path: String) -> String? { (try? value(path))?.string }

    /// A truth value by Haraka's words: true, yes, ok, enabled, on and 1 are true, anything else is false.
    public func bool(_ path: String, default: Bool = false) -> Bool { (try? value(path))?.bool ?? `default` }

    /// A whole number; throws when the key has something else, so that the start is refused.
    public func int(_ path: String) throws(PluginError) -> Int? {
        guard let value = try? value(path) else { return nil }
        guard let number = value.int else {
            throw PluginError("\(path) is \"\(value.string ?? "")\", but must be a whole number")
        }
        return number
    }

    /// The lines of a plain file, or the elements of a list; a scalar is a list of one, an absent one is empty.
    public func list(_ path: String) -> [String] {
        let base = path.contains(":") ? path : path + ":"
        var list: [String] = []
        while let element = string("\(base)[\(list.count)]") { list.append(element) }
        if list.isEmpty, let scalar = string(path) { list.append(scalar) }
        return list
    }

    /// Any value, a section or a whole file; those of ini files are strings.
    public func json(_ path: String) throws(HostError) -> JSON? {
        var text: [UInt8] = []
        let status = unsafe withUnsafeMutablePointer(to: &text) { text in
            let sink = unsafe hk_sink(ctx: text) { context, part in
                unsafe context?.assumingMemoryBound(to: [UInt8].self).pointee.append(
                    contentsOf: UnsafeRawBufferPointer(part)
                )
                return hk_status(HK_OK)
            }
            return unsafe path.withView { path in
                guard let json = unsafe host.tables.config?.pointee.json else { return hk_status(HK_E_UNSUPPORTED) }
                return unsafe json(host.tables.context, path, sink)
            }
        }
        if status == HK_E_NOT_FOUND { return nil }
        guard status == HK_OK, let value = JSON(text) else {
            throw HostError(status == HK_OK ? hk_status(HK_E_INVALID) : status, "config \(path)")
        }
        return value
    }

    /// The directory that the server serves from, absolute; a plugin may keep files below it.
    public func directory() throws(HostError) -> String {
        let answer = unsafe Value.askBytes { buffer, capacity, need in
            guard let directory = unsafe host.tables.config?.pointee.directory else {
                return hk_status(HK_E_UNSUPPORTED)
            }
            return unsafe directory(host.tables.context, buffer, capacity, need)
        }
        guard let path = answer.value?.string else { throw HostError(answer.status, "config directory") }
        return path
    }
}
