import PluginABI

@testable import PluginKit

/// The C side of `FakeHost`: its context is the host object.
enum FakeTables {
    static func host(_ owner: FakeHost) -> hk_host {
        var host = unsafe hk_host()
        unsafe host.struct_size = UInt32(MemoryLayout<hk_host>.size)
        unsafe host.abi_major = UInt16(HK_ABI_MAJOR)
        unsafe host.draft = UInt32(HK_ABI_DRAFT)
        unsafe host.plugin_name = owner.view(Array("queue/fake".utf8))
        unsafe host.ctx = Unmanaged.passUnretained(owner).toOpaque()
        unsafe host.get_extension = { context, id in
            guard let id = unsafe id else { return nil }
            return unsafe FakeTables.table(String(cString: id), fake(context))
        }
        unsafe host.log = { context, level, scope, text in
            let line = unsafe "\(level) \(scope) \(String(text))"
            unsafe fake(context).note { $0.logs.append(line) }
        }
        unsafe host.complete = { context, call, verdict, _ in
            unsafe fake(context).note { $0.completed[call] = verdict }
            return 0
        }
        return unsafe host
    }

    private static func table(_ id: String, _ owner: FakeHost) -> UnsafeRawPointer? {
        switch id {
        case "haraka.hooks/1": unsafe UnsafeRawPointer(owner.keep(hooks))
        case "haraka.calls/1": unsafe UnsafeRawPointer(owner.keep(calls))
        case "haraka.session/1": unsafe UnsafeRawPointer(owner.keep(session))
        case "haraka.notes/1": unsafe UnsafeRawPointer(owner.keep(notes))
        case "haraka.config/1": unsafe UnsafeRawPointer(owner.keep(config))
        case "haraka.exec/1": unsafe UnsafeRawPointer(owner.keep(exec))
        case "haraka.message/1": unsafe UnsafeRawPointer(owner.keep(message))
        case "haraka.net/1": unsafe owner.note { $0.net.isGranted } ? UnsafeRawPointer(owner.keep(FakeNet.table)) : nil
        default: nil
        }
    }

    private static var hooks: hk_ext_hooks {
        var table = hk_ext_hooks()
        unsafe table.add = { context, hook in
            guard let hook = unsafe hook?.pointee else { return hk_status(HK_E_INVALID) }
            let registered = unsafe FakeHost.Registered(
                name: String(cString: hook.hook),
                signature: String(cString: hook.signature),
                flags: Int(hook.flags),
                priority: hook.priority,
                timeout: hook.timeout_ms,
                entry: hook
            )
            guard registered.name != "refused" else { return hk_status(HK_E_NOT_FOUND) }
            unsafe fake(context).note { $0.hooks.append(registered) }
            return 0
        }
        return table
    }

    private static var calls: hk_ext_calls {
        var table = hk_ext_calls()
        unsafe table.reply = { context, call, code, enhanced, text in
            if code == 999 { return hk_status(HK_E_INVALID) }
            let reply = unsafe FakeHost.Reply(code: code, enhanced: optional(enhanced), text: optional(text))
            unsafe fake(context).note { $0.replies[call] = reply }
            return 0
        }
        unsafe table.retain = { context, call in
            unsafe fake(context).note { $0.kept[call, default: 0] += 1 }
            return 0
        }
        unsafe table.release = { context, call in
            unsafe fake(context).note { $0.kept[call, default: 0] -= 1 }
            return 0
        }
        unsafe table.is_live = { context, call in unsafe fake(context).note { $0.completed[call] == nil ? 1 : 0 } }
        return table
    }

    private static var session: hk_ext_session {
        var table = hk_ext_session()
        unsafe table.fact = { context, _, name, out, buffer, capacity, need in
            guard let name = unsafe name else { return hk_status(HK_E_INVALID) }
            let key = unsafe String(cString: name)
            return unsafe give(fake(context).note { $0.facts[key] }, out, buffer, capacity, need)
        }
        unsafe table.set_relaying = { context, _, on in
            unsafe fake(context).write("relaying \(on)") { $0.facts["relaying"] = on == 1 ? "true" : "false" }
        }
        unsafe table.rcpt_set_user = { context, _, index, user in
            let user = unsafe String(user)
            return unsafe fake(context).write("user \(index) \(user)") { $0.facts["rcpt[\(index)].user"] = user }
        }
        unsafe table.rcpt_rewrite = { context, _, index, address in
            let address = unsafe String(address)
            return unsafe fake(context).write("rewrite \(index) \(address)") {
                $0.facts["rcpt[\(index)].address"] = address
            }
        }
        unsafe table.rcpt_add = { context, _, address in unsafe fake(context).write("add \(String(address))") { _ in } }
        unsafe table.rcpt_drop = { context, _, index in unsafe fake(context).write("drop \(index)") { _ in } }
        unsafe table.add_capability = { context, _, line in
            unsafe fake(context).write("capability \(String(line))") { _ in }
        }
        unsafe table.set_verifier = { context, _, mechanism, salt, iterations, stored, server in
            unsafe fake(context).write(
                "verifier \(String(mechanism)) \(salt.len) \(iterations) \(stored.len) \(server.len)"
            ) { _ in }
        }
        return table
    }

    private static var notes: hk_ext_notes {
        var table = hk_ext_notes()
        unsafe table.get = { context, scope, key, out, buffer, capacity, need in
            let key = unsafe "\(scope) \(String(key))"
            guard let value = unsafe fake(context).note({ $0.notes[key] }) else { return hk_status(HK_E_NOT_FOUND) }
            if let text = value.string, case .string = value { return unsafe give(text, out, buffer, capacity, need) }
            unsafe value.withRaw { unsafe out?.pointee = $0.pointee }
            return 0
        }
        unsafe table.set = { context, scope, key, value in
            let key = unsafe "\(scope) \(String(key))"
            let value = unsafe value.flatMap { value in
                unsafe Value.ask { raw, _, _, _ in
                    unsafe raw.pointee = value.pointee
                    return 0
                }.value
            }
            unsafe fake(context).note { $0.notes[key] = value }
            return 0
        }
        unsafe table.result = { context, scope, kind, text in
            guard let kind = unsafe kind else { return hk_status(HK_E_INVALID) }
            return unsafe fake(context).write("result \(scope) \(String(cString: kind)) \(String(text))") { _ in }
        }
        return table
    }

    private static var config: hk_ext_config {
        var table = hk_ext_config()
        unsafe table.get = { context, path, out, buffer, capacity, need in
            let path = unsafe String(path)
            return unsafe give(fake(context).note { $0.config[path] }, out, buffer, capacity, need)
        }
        unsafe table.json = { context, path, sink in
            let path = unsafe String(path)
            guard let text = unsafe fake(context).note({ $0.documents[path] }) else {
                return hk_status(HK_E_NOT_FOUND)
            }
            for byte in text.utf8 {  // in the smallest parts
                let status = unsafe [byte].withView { unsafe sink.write(sink.ctx, $0) }
                if status != HK_OK { return status }
            }
            return 0
        }
        unsafe table.directory = { context, buffer, capacity, need in
            var out = unsafe hk_value()
            return unsafe give("/srv/" + String(repeating: "d", count: 600), &out, buffer, capacity, need)
        }
        return table
    }

    private static var exec: hk_ext_exec {
        var table = hk_ext_exec()
        unsafe table.post = { context, work, data in
            unsafe work?(data)
            return 0
        }
        unsafe table.after = { context, _, again, work, data, token in
            unsafe fake(context).note { record in
                let timer = UInt64(record.timers.count + 1)
                unsafe record.timers[timer] = FakeTimer(work: work, data: data)
                unsafe token?.pointee = timer
                record.writes.append("timer \(timer) \(again)")
            }
            return 0
        }
        unsafe table.cancel = { context, timer in
            let known = unsafe fake(context).note { $0.timers.removeValue(forKey: timer) != nil }
            return known ? 0 : hk_status(HK_E_STALE)
        }
        return table
    }

    private static var message: hk_ext_message {
        var table = hk_ext_message()
        unsafe table.view = { context, _, _, parts, capacity, count in
            let owner = unsafe fake(context)
            let message = owner.note { $0.message }
            unsafe count?.pointee = UInt32(message.count)
            for (index, part) in message.prefix(Int(capacity)).enumerated() { unsafe parts?[index] = owner.view(part) }
            return 0
        }
        unsafe table.read = { context, _, offset, buffer, capacity, got in
            let rest = unsafe fake(context).note { Array($0.message.joined().dropFirst(Int(offset)).prefix(3)) }
            let bytes = rest.prefix(capacity)  // at most three at a time, so that a reader has to go on
            for (index, byte) in bytes.enumerated() { unsafe buffer?[index] = CChar(bitPattern: byte) }
            unsafe got?.pointee = bytes.count
            return 0
        }
        unsafe table.header = { context, _, name, nth, buffer, capacity, need in
            let name = unsafe String(name)
            let values = unsafe fake(context).note { $0.headers[name] } ?? []
            var out = unsafe hk_value()
            let value = Int(nth) < values.count ? values[Int(nth)] : nil
            return unsafe give(value, &out, buffer, capacity, need)
        }
        unsafe table.edit = { context, _, operation, name, value, nth in
            unsafe fake(context).write("edit \(operation) \(String(name)) \(optional(value) ?? "-") \(nth)") { _ in }
        }
        return table
    }
}

private func fake(_ context: UnsafeMutableRawPointer?) -> FakeHost {
    guard let context = unsafe context else { preconditionFailure("the plugin lost the host's context") }
    return unsafe Unmanaged<FakeHost>.fromOpaque(context).takeUnretainedValue()
}

private func optional(_ view: hk_str) -> String? { unsafe view.ptr == nil ? nil : unsafe String(view) }

/// Answers a "cap, need" question as haraka_plugin.h has it.
private func give(
    _ text: String?,
    _ out: UnsafeMutablePointer<hk_value>?,
    _ buffer: UnsafeMutablePointer<CChar>?,
    _ capacity: Int,
    _ need: UnsafeMutablePointer<Int>?
) -> hk_status {
    guard let text else { return hk_status(HK_E_NOT_FOUND) }
    unsafe need?.pointee = text.utf8.count
    guard text.utf8.count <= capacity else { return hk_status(HK_E_BUFFER) }
    for (index, byte) in text.utf8.enumerated() { unsafe buffer?[index] = CChar(bitPattern: byte) }
    unsafe out?.pointee.type = UInt32(HK_T_STR)
    unsafe out?.pointee.as.s = hk_str(ptr: buffer, len: text.utf8.count)
    return 0
}

extension FakeHost {
    /// Records a write, unless the test wants writes refused.
    func write(_ what: String, _ effect: (inout Record) -> Void) -> hk_status {
        note { record in
            guard record.refusedWrites == 0 else { return record.refusedWrites }
            record.writes.append(what)
            effect(&record)
            return 0
        }
    }
}
