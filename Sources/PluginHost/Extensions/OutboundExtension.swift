internal import Hooks
internal import Mail
internal import PluginABI

/// The table haraka.outbound/1: mail on its way out.
enum OutboundExtension {
    static let capability = "queue"

    /// More next hops of one message are a loop that doesn't end.
    private static let hopLimit = 32

    nonisolated(unsafe) static let table = unsafe Text.forever(
        hk_ext_outbound(
            struct_size: UInt32(MemoryLayout<hk_ext_outbound>.size),
            reserved: 0,
            submit: { context, mail, done, ud in
                unsafe serve(context) { instance, service in
                    guard let done = unsafe done, let mail = unsafe mail,
                        let mail = unsafe SubmittedMail(mail, plugin: instance.name)
                    else { return Status.invalid }
                    let callback = unsafe Callback(done, ud)
                    let inquiry = Inquiry<Result<UInt64, ServiceFault>>(instance, atEnd: .failure(.ended)) { answer in
                        unsafe callback.function(callback.ud, status(answer), (try? answer.get()) ?? 0)
                    }
                    return ask(inquiry) { done throws(ServiceFault) in try service.submit(mail, done) }
                }
            },
            enqueue: { context, call in
                unsafe stage(context, call) { staged, hook in
                    guard hook == .queue || hook == .queueOutbound else { return Status.phase }
                    staged.isEnqueued = true
                    return Status.ok
                }
            },
            deliver: { context, call, recipients, recipientCount, hops, hopCount, done, ud in
                unsafe serve(context) { instance, service in
                    guard let done = unsafe done, let hops = unsafe list(hops, hopCount),
                        !hops.contains(where: \.isOwnQueue)
                    else { return Status.invalid }
                    let places = unsafe places(recipients, recipientCount)
                    return unsafe deliver(instance, service, call, places, hops, Callback(done, ud))
                }
            },
            add_next_hop: { context, call, hop in
                unsafe stage(context, call) { staged, hook in
                    guard hook == .getMX else { return Status.phase }
                    guard let hop = unsafe hop, let hop = unsafe NextHop(hop) else { return Status.invalid }
                    guard staged.hops.count < hopLimit else { return Status.limit }
                    staged.hops.append(hop)
                    return Status.ok
                }
            },
            act: { context, entry, action, done, ud in
                unsafe serve(context) { instance, service in
                    guard let done = unsafe done, let action = QueueAction(rawValue: action) else {
                        return Status.invalid
                    }
                    let callback = unsafe Callback(done, ud)
                    let inquiry = Inquiry<ServiceFault?>(instance, atEnd: .ended) { fault in
                        unsafe callback.function(callback.ud, fault?.status ?? Status.ok)
                    }
                    return ask(inquiry) { done throws(ServiceFault) in
                        try service.act(action, on: entry, by: instance.name, done)
                    }
                }
            },
            entry: { context, entry, done, ud in
                unsafe serve(context) { instance, service in
                    guard let done = unsafe done else { return Status.invalid }
                    let callback = unsafe Callback(done, ud)
                    let inquiry = Inquiry<Result<String, ServiceFault>>(instance, atEnd: .failure(.ended)) { answer in
                        var text = (try? answer.get()) ?? ""
                        text.withUTF8 { bytes in
                            let start = unsafe UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
                            unsafe callback.function(callback.ud, status(answer), hk_str(ptr: start, len: bytes.count))
                        }
                    }
                    return ask(inquiry) { done throws(ServiceFault) in try service.describe(entry, done) }
                }
            }
        )
    )

    // MARK: Common steps

    private static func serve(
        _ context: UnsafeMutableRawPointer?,
        _ body: (PluginInstance, any OutboundService) -> hk_status
    ) -> hk_status {
        unsafe HostTable.serve(context) { instance in
            guard instance.isGranted(capability) else { return Status.denied }
            guard let service = instance.backstage.ports.outbound else { return Status.unsupported }
            return body(instance, service)
        }
    }

    private static func stage(
        _ context: UnsafeMutableRawPointer?,
        _ token: UInt64,
        _ write: (inout Staged, Hook) -> hk_status
    ) -> hk_status {
        unsafe HostTable.serve(context) { instance in
            guard instance.isGranted(capability) else { return Status.denied }
            guard let call = CallsExtension.call(token, instance) else { return Status.stale }
            return call.stage(token, for: instance) { write(&$0, $1.hook) }
        }
    }

    /// Asks the server; what it says at once is the status.
    private static func ask<Answer>(
        _ inquiry: Inquiry<Answer>,
        _ begin: (@escaping @Sendable (Answer) -> Void) throws(ServiceFault) -> Void
    ) -> hk_status {
        guard inquiry.register() else { return Status.limit }
        do throws(ServiceFault) {
            try begin { inquiry.settle($0) }
            return Status.ok
        } catch {
            // Whoever is told by an answer isn't told by a status, too: what `ud` leads to is given back once.
            return inquiry.withdraw() ? error.status : Status.ok
        }
    }

    private static func status<Value>(_ answer: Result<Value, ServiceFault>) -> hk_status {
        if case .failure(let fault) = answer { fault.status } else { Status.ok }
    }

    /// Nil for all recipients.
    private static func places(_ recipients: UnsafePointer<UInt32>?, _ count: UInt32) -> [Int]? {
        guard let recipients = unsafe recipients else { return nil }
        return (0..<Int(count)).map { unsafe Int(recipients[$0]) }
    }

    private static func list(_ hops: UnsafePointer<hk_next_hop>?, _ count: UInt32) -> [NextHop]? {
        guard let hops = unsafe hops, (1...hopLimit).contains(Int(count)) else { return nil }
        // Each says how long it is; those of one list are of one length.
        let stride = unsafe Int(hops.pointee.struct_size)
        guard unsafe stride.isMultiple(of: MemoryLayout<hk_next_hop>.alignment) else { return nil }
        var list: [NextHop] = []
        for place in 0..<Int(count) {
            let start = unsafe UnsafeRawPointer(hops) + place * stride
            guard let hop = unsafe NextHop(start.assumingMemoryBound(to: hk_next_hop.self)) else { return nil }
            list.append(hop)
        }
        return list
    }

    // MARK: Delivering

    private typealias Done =
        @convention(c) (
            UnsafeMutableRawPointer?, hk_status, UnsafePointer<hk_outcome>?, UInt32
        ) -> Void

    private static func deliver(
        _ instance: PluginInstance,
        _ service: any OutboundService,
        _ token: UInt64,
        _ places: [Int]?,
        _ hops: [NextHop],
        _ callback: Callback<Done>
    ) -> hk_status {
        guard let call = CallsExtension.call(token, instance) else { return Status.stale }
        let errand: Errand
        do throws(ServiceFault) { errand = try call.session.errand(places, hops) } catch { return error.status }
        let inquiry = Inquiry<[RecipientOutcome]?>(instance, atEnd: nil) { outcomes in
            unsafe OutcomeViews(outcomes ?? []).lend { views, count in
                let status = outcomes == nil ? Status.shutdown : Status.ok
                unsafe callback.function(callback.ud, status, views, count)
            }
        }
        guard inquiry.register() else { return Status.limit }
        let wait = CallWait()
        // The host's own time limits count now: RFC 5321 §4.5.3.2.
        guard call.suspend(token, for: wait, of: instance) else {
            return inquiry.withdraw() ? Status.stale : Status.ok
        }
        do throws(ServiceFault) {
            let errand = try service.deliver(errand) { outcomes in
                call.goOn(from: wait)
                inquiry.settle(outcomes)
            }
            wait.begin(errand)
            return Status.ok
        } catch {
            call.goOn(from: wait)
            return inquiry.withdraw() ? error.status : Status.ok
        }
    }
}

extension ServiceFault {
    var status: Int32 {
        switch self {
        case .notReady: Status.phase
        case .invalid: Status.invalid
        case .notFound: Status.notFound
        case .failed: Status.failed
        case .ended: Status.shutdown
        }
    }
}

extension SharedSession {
    /// What is to be given to a host, of the transaction as it is now.
    fileprivate func errand(_ places: [Int]?, _ hops: [NextHop]) throws(ServiceFault) -> Errand {
        let (mail, message) = state.withLock { ($0.mail, $0.mail?.message) }
        guard let mail, let message, message.isWhole else { throw .notReady }
        let all = mail.envelope.recipients
        let indexes = places ?? all.indices.filter { !all[$0].isDropped }
        guard !indexes.isEmpty, Set(indexes).count == indexes.count else { throw .invalid }
        guard indexes.allSatisfy({ all.indices.contains($0) && !all[$0].isDropped }) else { throw .notFound }
        var envelope = mail.envelope
        envelope.recipients = indexes.map { all[$0] }
        return Errand(id: mail.id, envelope: envelope, indexes: indexes, message: message, hops: hops)
    }
}
