import Dispatch
import Glibc
import PluginABI
import PluginKit

/// The fake host's tables of functions.
final class ExtensionTables {
    private var tables: [String: UnsafeMutableRawPointer] = [:]

    init() {
        add("haraka.hooks/1", hooks())
        add("haraka.calls/1", calls())
        add("haraka.session/1", session())
        add("haraka.notes/1", notes())
        add("haraka.config/1", config())
        add("haraka.message/1", message())
        add("haraka.outbound/1", outbound())
        add("haraka.net/1", net())
    }

    deinit { for table in tables.values { table.deallocate() } }

    func table(_ id: String) -> UnsafeRawPointer? { tables[id].map { UnsafeRawPointer($0) } }

    private func add<T>(_ id: String, _ table: T) {
        let copy = UnsafeMutablePointer<T>.allocate(capacity: 1)
        copy.initialize(to: table)
        tables[id] = UnsafeMutableRawPointer(copy)
    }

    private func hooks() -> hk_ext_hooks {
        var table = hk_ext_hooks()
        table.struct_size = UInt32(MemoryLayout<hk_ext_hooks>.size)
        table.add = { context, hook in
            guard let hook = hook?.pointee, let name = hook.hook else { return hk_status(HK_E_INVALID) }
            FakeHost.of(context).hooks[String(cString: name), default: []].append(hook)
            return hk_status(HK_OK)
        }
        return table
    }

    private func calls() -> hk_ext_calls {
        var table = hk_ext_calls()
        table.struct_size = UInt32(MemoryLayout<hk_ext_calls>.size)
        table.reply = { context, _, code, enhanced, text in
            FakeHost.of(context).staged = FakeHost.Answer(0, code, enhanced.string, text.string)
            return hk_status(HK_OK)
        }
        table.retain = { _, _ in hk_status(HK_OK) }
        table.release = { context, _ in
            FakeHost.of(context).released.signal()
            return hk_status(HK_OK)
        }
        table.progress = { context, _ in hk_status(FakeHost.of(context).isLive ? HK_OK : HK_E_STALE) }
        table.is_live = { context, _ in FakeHost.of(context).isLive ? 1 : 0 }
        return table
    }

    private func session() -> hk_ext_session {
        var table = hk_ext_session()
        table.struct_size = UInt32(MemoryLayout<hk_ext_session>.size)
        table.fact = { context, _, name, out, buffer, capacity, need in
            guard let name, let fact = FakeHost.of(context).facts.fact(String(cString: name)) else {
                return hk_status(HK_E_NOT_FOUND)
            }
            return give(.string(fact), out, buffer, capacity, need)
        }
        table.set_relaying = { context, _, on in
            FakeHost.of(context).facts.relaying = on != 0
            return hk_status(HK_OK)
        }
        table.rcpt_drop = { context, _, index in
            FakeHost.of(context).facts.dropped.insert(Int(index))
            return hk_status(HK_OK)
        }
        table.set_verifier = { context, _, mechanism, salt, iterations, stored, server in
            FakeHost.of(context).verifiers.append(
                "\(mechanism.string) \(iterations) \(salt.len) \(stored.len) \(server.len)"
            )
            return hk_status(HK_OK)
        }
        table.identify = { context, _, who in
            guard let who else { return hk_status(HK_E_INVALID) }
            FakeHost.of(context).identities.append(ClientIdentity(who.pointee))
            return hk_status(HK_OK)
        }
        table.add_capability = { context, _, line in
            FakeHost.of(context).capabilities.append(line.string)
            return hk_status(HK_OK)
        }
        return table
    }

    private func notes() -> hk_ext_notes {
        var table = hk_ext_notes()
        table.struct_size = UInt32(MemoryLayout<hk_ext_notes>.size)
        table.get = { context, scope, key, out, buffer, capacity, need in
            guard let note = FakeHost.of(context).notes["\(scope) \(key.string)"] else {
                return hk_status(HK_E_NOT_FOUND)
            }
            return give(note, out, buffer, capacity, need)
        }
        table.set = { context, scope, key, value in
            FakeHost.of(context).notes["\(scope) \(key.string)"] = value.flatMap { taken($0.pointee) }
            return hk_status(HK_OK)
        }
        table.result = { context, _, kind, text in
            FakeHost.of(context).results.append("\(kind.map { String(cString: $0) } ?? "") \(text.string)")
            return hk_status(HK_OK)
        }
        return table
    }

    private func config() -> hk_ext_config {
        var table = hk_ext_config()
        table.struct_size = UInt32(MemoryLayout<hk_ext_config>.size)
        table.get = { context, path, out, buffer, capacity, need in
            guard let value = ConfigFile.value(path.string, in: FakeHost.of(context).directory) else {
                return hk_status(HK_E_NOT_FOUND)
            }
            return give(.string(value), out, buffer, capacity, need)
        }
        table.json = { context, path, sink in
            let json = ConfigFile.json(path.string, in: FakeHost.of(context).directory)
            guard let json else { return hk_status(HK_E_NOT_FOUND) }
            return json.withCString { sink.write(sink.ctx, hk_str(ptr: $0, len: json.utf8.count)) }
        }
        table.directory = { context, buffer, capacity, need in
            var value = hk_value()
            return give(.string(FakeHost.of(context).directory), &value, buffer, capacity, need)
        }
        return table
    }

    private func message() -> hk_ext_message {
        var table = hk_ext_message()
        table.struct_size = UInt32(MemoryLayout<hk_ext_message>.size)
        table.view = { context, _, _, parts, capacity, count in
            let host = FakeHost.of(context)
            count?.pointee = UInt32(host.message.count)
            for (index, part) in host.message.enumerated() where index < capacity {
                // Given back by nobody: a test's process ends soon.
                let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: part.utf8.count)
                _ = copy.initialize(from: part.utf8)
                parts?[index] = hk_str(
                    ptr: UnsafeRawPointer(copy.baseAddress)?.assumingMemoryBound(to: CChar.self),
                    len: copy.count
                )
            }
            return hk_status(HK_OK)
        }
        return table
    }

    /// Here is nobody to connect to.
    private func net() -> hk_ext_net {
        var table = hk_ext_net()
        table.struct_size = UInt32(MemoryLayout<hk_ext_net>.size)
        table.connect = { _, _, _, _, _, _, _ in hk_status(HK_E_UNSUPPORTED) }
        return table
    }

    private func outbound() -> hk_ext_outbound {
        var table = hk_ext_outbound()
        table.struct_size = UInt32(MemoryLayout<hk_ext_outbound>.size)
        table.add_next_hop = { context, _, hop in
            guard let hop = hop?.pointee else { return hk_status(HK_E_INVALID) }
            let host = hop.host.string.contains(":") ? "[\(hop.host.string)]" : hop.host.string
            let lmtp = hop.flags & UInt32(HK_NH_LMTP) != 0 ? "lmtp://" : ""
            FakeHost.of(context).nextHops.append(lmtp + (hop.port == 0 ? host : "\(host):\(hop.port)"))
            return hk_status(HK_OK)
        }
        table.enqueue = { context, _ in
            guard FakeHost.of(context).canQueue else { return hk_status(HK_E_PHASE) }
            FakeHost.of(context).enqueued += 1
            return hk_status(HK_OK)
        }
        table.deliver = { context, _, places, count, hops, hopCount, done, ud in
            guard let places, let hops, let done else { return hk_status(HK_E_INVALID) }
            FakeHost.of(context).deliver(
                to: (0..<Int(hopCount)).map { hops[$0].host.string },
                (0..<Int(count)).map { Int(places[$0]) },
                { done(ud, hk_status(HK_OK), $0, $1) }
            )
            return hk_status(HK_OK)
        }
        return table
    }
}

extension FakeHost {
    /// Plays the host that takes the message.
    fileprivate func deliver(
        to hosts: [String],
        _ places: [Int],
        _ done: (UnsafePointer<hk_outcome>?, UInt32) -> Void
    ) {
        let addresses = places.map { facts.recipients[$0] }
        deliveries.append("\(hosts.joined(separator: " ")): \(addresses.joined(separator: " "))")
        var texts: [UnsafeMutablePointer<CChar>] = []
        defer { for text in texts { free(text) } }
        func view(_ text: String) -> hk_str {
            guard let copy = strdup(text) else { return hk_str() }
            texts.append(copy)
            return hk_str(ptr: copy, len: text.utf8.count)
        }
        let outcomes = zip(places, addresses).map { place, address in
            let fate = fates[address] ?? Fate(HK_D_DELIVERED, 250, "2.0.0", "taken")
            var outcome = hk_outcome()
            outcome.struct_size = UInt32(MemoryLayout<hk_outcome>.size)
            outcome.what = Int32(fate.what)
            outcome.rcpt_index = UInt32(place)
            outcome.code = fate.code
            outcome.address = view(address)
            outcome.host = hosts.first.map { view($0) } ?? hk_str()
            outcome.enhanced = view(fate.enhanced)
            outcome.text = view(fate.text)
            return outcome
        }
        outcomes.withUnsafeBufferPointer { done($0.baseAddress, UInt32($0.count)) }
    }
}

extension ClientIdentity {
    fileprivate init(_ who: hk_identity) {
        func text(_ view: hk_str) -> String? { view.ptr == nil ? nil : view.string }
        self.init(remoteIP: who.remote_ip.string)
        remotePort = Int(who.remote_port)
        remoteHost = text(who.remote_host)
        localIP = text(who.local_ip)
        localPort = Int(who.local_port)
        helloHost = text(who.hello_host)
        isESMTP = who.esmtp != 0
        authUser = text(who.auth_user)
    }
}

extension hk_str {
    /// A copy of the text.
    var string: String { String(decoding: UnsafeRawBufferPointer(start: ptr, count: len), as: UTF8.self) }
}

/// Hands out a value by the rules of "cap, need".
private func give(
    _ value: Value,
    _ out: UnsafeMutablePointer<hk_value>?,
    _ buffer: UnsafeMutablePointer<CChar>?,
    _ capacity: Int,
    _ need: UnsafeMutablePointer<Int>?
) -> hk_status {
    if case .bool(let truth) = value {
        out?.pointee.type = UInt32(HK_T_BOOL)
        out?.pointee.as.u = truth ? 1 : 0
        need?.pointee = 0
        return hk_status(HK_OK)
    }
    let text = Array((value.string ?? "").utf8)
    need?.pointee = text.count
    guard text.count <= capacity else { return hk_status(HK_E_BUFFER) }
    for (index, byte) in text.enumerated() { buffer?[index] = CChar(bitPattern: byte) }
    out?.pointee.type = UInt32(HK_T_STR)
    out?.pointee.as.s = hk_str(ptr: buffer.map { UnsafePointer($0) }, len: text.count)
    return hk_status(HK_OK)
}

private func taken(_ value: hk_value) -> Value? {
    switch Int(value.type) {
    case Int(HK_T_BOOL): .bool(value.as.u != 0)
    case Int(HK_T_STR): .string(value.as.s.string)
    default: nil
    }
}
