internal import Dispatch
internal import Outbound
internal import Queue
internal import System

extension Server {
    /// Looking at a long queue takes a while, and holds nothing else up.
    private static let looks = DispatchQueue(label: "haraka.queue.looks")

    /// Does what a command asks for, and answers like ``reply(to:)``.
    func answer(_ request: QueueRequest, _ answer: @escaping @Sendable (String) -> Void) {
        if let fault = request.fault { return answer("64\n\(fault)\n") }
        if request.verb == .why {
            Task { [self] in
                let states = await runner.waiting
                Self.looks.async { [self] in answer(look(request, states)) }
            }
        } else if request.verb.isLook {
            Self.looks.async { [self] in answer(look(request)) }
        } else {
            change(request, answer)
        }
    }

    /// Changes the queue, and answers once that is on the disk.
    private func change(_ request: QueueRequest, _ answer: @escaping @Sendable (String) -> Void) {
        Task { [self] in
            let keep = current.value.outbound.deletedKeep
            let circumstances = await circumstances(of: request)
            do throws(QueueError) {
                let change = try await perform(request, keep: keep)
                log.notice("queue", [("request", .text(request.line)), ("changed", LogValue(change.changed))])
                answer("\(change.changed > 0 ? 0 : 1)\n\(request.told(change, keep: keep, circumstances))\n")
            } catch {
                log.error("queue", [("request", .text(request.line)), ("reason", .text("\(error)"))])
                answer("1\nNot all who are meant could be changed: \(error).\n")
            }
        }
    }

    /// What is to be told beside the outcome; asked for before the change, which may be what it is no more.
    private func circumstances(of request: QueueRequest) async -> QueueRequest.Circumstances {
        let states = request.verb.makesDue ? await runner.waiting : [:]
        return await withCheckedContinuation { continuation in
            Self.looks.async { [self] in
                let tool = try? QueueTool(current.value, states: states)
                continuation.resume(returning: tool?.circumstances(of: request) ?? QueueRequest.Circumstances())
            }
        }
    }

    private func perform(_ request: QueueRequest, keep: Duration) async throws(QueueError) -> QueueChange {
        let now = QueueTime.now
        let filter = request.query.filter(now: now)
        switch request.verb {
        case .retry: return try await mail.retry(filter, now: now)
        case .hold: return try await mail.hold(filter)
        case .release: return try await mail.release(filter, now: now)
        case .delete: return try await mail.delete(filter, until: now + keep)
        case .undelete: return try await mail.undelete(filter, now: now)
        case .purge: return try await mail.purge(filter)
        case .redirect:
            switch request.target {
            case .address(let address): return try await mail.redirect(filter, to: address, now: now)
            case .destination(let name): return try await mail.redirect(filter, via: name, now: now)
            case nil: return QueueChange()
            }
        case .bounce:
            let hooks = OutboundHooks(host: host, log: log)
            let mailReturn = MailReturn(queue: mail, log: DeliveryLog(log: log, current, hooks: hooks))
            return try await mailReturn.giveUp(
                filter,
                because: "given up by the administrator: \(request.reason ?? "")"
            )
        case .flush:
            let change = try await mail.retry(filter, now: now)
            await runner.forgive(request.query.domain?.lowercased())
            return change
        case .list, .show, .why, .stats: return QueueChange()
        }
    }

    /// What somebody sees who may not read the files.
    private func look(_ request: QueueRequest, _ states: [String: DestinationState] = [:]) -> String {
        var parts: [String] = []
        do throws(StartError) {
            let tool = try QueueTool(current.value, states: states, signposts: signposts)
            let name = request.query.message ?? ""
            let found: String?
            switch request.verb {
            case .show: found = try tool.show(name, json: request.isJSON)
            case .why: found = try tool.why(name, json: request.isJSON)
            case .stats: found = try tool.statistics(json: request.isJSON)
            default:
                let wanted = request.limit ?? QueueTool.mostAnswered
                let limit = wanted == 0 ? QueueTool.mostAnswered : min(wanted, QueueTool.mostAnswered)
                let isThere = try tool.list(
                    request.query,
                    limit: limit,
                    json: request.isJSON,
                    say: { parts.append($0) },
                    tell: { if !request.isJSON { parts.append($0) } }
                )
                found = isThere ? parts.joined(separator: "\n") : nil
            }
            return found.map { "0\n\($0)\n" } ?? "1\n\(request.nobody)\n"
        } catch { return "74\n\(error)\n" }
    }

    /// Takes mail out that was deleted long enough ago, now and then.
    func sweepDeleted() {
        let keep = current.value.outbound.deletedKeep.components.seconds
        Task { [self] in
            do throws(QueueError) {
                let count = try await mail.purge(endedBefore: QueueTime.now)
                if count > 0 { log.notice("deleted mail is gone for good", [("count", LogValue(count))]) }
            } catch {
                if !error.isClosed { log.error("deleted mail can't be taken out", [("reason", .text("\(error)"))]) }
            }
        }
        queue.asyncAfter(deadline: .now() + .seconds(Int(min(max(keep, 1), 600)))) { [weak self] in
            guard let self, !state.withLock({ $0.isStopping }) else { return }
            sweepDeleted()
        }
    }
}
