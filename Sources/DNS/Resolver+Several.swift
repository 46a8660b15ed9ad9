internal import System

extension Resolver {
    /// Asks several questions at once and has all answers taken together, in the order of the questions.
    public func look(
        up questions: [Question],
        within patience: Duration = Resolver.patience,
        _ take: @escaping @Sendable ([Answer]) -> Void
    ) {
        if questions.isEmpty { return take([]) }
        let gathered = Locked((answers: questions.map { Answer($0, .stopped) }, left: questions.count))
        for (index, question) in questions.enumerated() {
            look(up: question, within: patience) { answer in
                let all = gathered.withLock { gathered -> [Answer]? in
                    gathered.answers[index] = answer
                    gathered.left -= 1
                    return gathered.left == 0 ? gathered.answers : nil
                }
                if let all { take(all) }
            }
        }
    }
}
