/// Something about a certificate, a key or a staple that its owner has to mend.
public struct TLSProblem: Sendable, Equatable, CustomStringConvertible {
    public enum Weight: Sendable, Equatable {
        /// Works, but should not stay so.
        case warning
        /// The certificate is missing from the list, or clients will refuse it.
        case error
    }

    public let weight: Weight
    /// The file that it is about.
    public let file: String
    /// What is wrong and what to do, beginning with the file's path.
    public let sentence: String

    /// Whether it is about when the certificate is valid, and nothing else: it is in the list and can be shown.
    public let isAboutDates: Bool

    init(_ weight: Weight, _ file: String, _ rest: String, isAboutDates: Bool = false) {
        self.weight = weight
        self.file = file
        self.isAboutDates = isAboutDates
        sentence = "\(file): \(rest)"
    }

    public var description: String { sentence }
}
