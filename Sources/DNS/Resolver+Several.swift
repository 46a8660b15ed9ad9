internal import System

extension Resolver {
    /// Asks several questions at once and has all answers taken together, in the order of the questions.
    public func look(
        up questions: [Question],
        within patience: Duration = Resolver.patience,
        _ take: @escaping @Sendable ([Answer]) -> Void
    ) {
        if questions.isEmpty { return take([]) }
        let gathered = Locked([Answer?](repeating: nil, count: questions.count))
        for (index, question) in questions.enumerated() {
            look(up: question, within: patience) { answer in
                let answers = gathered.withLock { gathered in
                    gathered[index] = answer
                    return gathered.compactMap(\.self)
                }
                // Only the last to come sees them all.
                if answers.count == questions.count { take(answers) }
            }
        }
    }
}
