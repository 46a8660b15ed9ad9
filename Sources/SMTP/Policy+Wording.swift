extension Policy {
    /// An action with its enhanced code taken off, where the extension is switched off: RFC 2034 §4.
    func worded(_ action: ServerSession.Action) -> ServerSession.Action {
        switch action {
        case .reply(let reply, let consumed): return .reply(plain(reply), consumed: consumed)
        case .replies(let replies, let consumed): return .replies(replies.map(plain), consumed: consumed)
        case .startTLS(let reply, let consumed): return .startTLS(plain(reply), consumed: consumed)
        case .close(let reply): return .close(plain(reply))
        case .needInput, .ask, .store, .commit: return action
        }
    }

    private func plain(_ reply: Reply) -> Reply {
        var plain = reply
        plain.enhanced = nil
        return plain
    }

    public var greetingReply: Reply {
        let product = shownVersion.map { "Haraka/\($0)" } ?? "Haraka"
        return Reply(220, greeting.isEmpty ? "\(hostname) ESMTP \(product) ready" : greeting.joined(separator: "\n"))
    }
}
