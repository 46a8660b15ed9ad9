import System

/// A text on its way from one thread to another.
final class Answer: Sendable {
    private let text = Locked<String?>(nil)

    func give(_ text: String) { self.text.withLock { $0 = text } }
    func take() -> String? { text.withLock { $0.take() } }
}
