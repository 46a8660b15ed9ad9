/// Something that a plugin has asked of the server and is told of once, on its lane.
///
/// It is told so whatever happens, as long as the plugin can be called: when its generation ends first, that is the answer.
final class Inquiry<Answer: Sendable>: OpenInquiry {
    private let instance: PluginInstance
    private let atEnd: Answer
    private let show: @Sendable (Answer) -> Void
    private let isOver = Guarded(false)

    init(_ instance: PluginInstance, atEnd: Answer, show: @escaping @Sendable (Answer) -> Void) {
        self.instance = instance
        self.atEnd = atEnd
        self.show = show
    }

    /// False when there are too many, or the plugin is ending.
    func register() -> Bool { instance.adopt(self) }

    /// It isn't asked after all, and nothing is told; false when the plugin is told already, since it ends.
    @discardableResult
    func withdraw() -> Bool {
        let isFirst = isOver.withLock { isOver in
            defer { isOver = true }
            return !isOver
        }
        instance.forget(self)
        return isFirst
    }

    /// What the plugin is told; the first answer counts.
    func settle(_ answer: Answer) {
        let isFirst = isOver.withLock { isOver in
            defer { isOver = true }
            return !isOver
        }
        guard isFirst else { return }
        instance.forget(self)
        // A lane that takes nothing more belongs to a plugin that is gone, or stuck for good.
        try? instance.lane.push(.task { [self] in show(answer) })
    }

    func end(tells: Bool) {
        if tells { settle(atEnd) } else { withdraw() }
    }
}

/// An inquiry, whatever it is about.
protocol OpenInquiry: AnyObject, Sendable {
    func end(tells: Bool)
}
