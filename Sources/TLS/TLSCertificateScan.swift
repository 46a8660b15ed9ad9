/// What was found in files and folders of certificates: nothing that was left out is left out silently.
public struct TLSCertificateScan: Sendable {
    /// Each with its key; those of the named files first, then those of the folder by path.
    public var certificates: [TLSCertificate] = []
    public var problems: [TLSProblem] = []

    public var hasErrors: Bool { problems.contains { $0.weight == .error } }
}
