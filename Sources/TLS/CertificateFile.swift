internal import System

/// What one PEM file holds.
struct CertificateFile {
    let path: String
    var certificates: [CertificateHandle] = []
    var keys: [KeyHandle] = []
    /// Whether there was a key that could not be had, which a problem has told already.
    var hasLostKey = false

    /// The folder that it was found in, links not followed: a key and its certificate lie side by side.
    var folder: String { Files.split(path).folder }

    private static let limit = 1 << 20

    /// Reads it; nil when it is none of ours.
    ///
    /// A file that somebody `named` must hold something; one that merely lies there may not.
    static func read(_ path: String, isNamed: Bool, _ passphrase: [UInt8]?, _ scan: inout TLSCertificateScan) -> Self? {
        let bytes: [UInt8]
        let mode: UInt32
        do {
            let file = try FileDescriptor.open(path, [.nonBlocking])
            let facts = try file.facts()
            guard facts.kind == .file else {
                scan.problems.append(TLSProblem(.error, path, "is not a file; put a file in PEM in its place."))
                return nil
            }
            mode = facts.mode
            bytes = try file.readAll(limit: limit)
        } catch {
            scan.problems.append(TLSProblem(.error, path, advice(error)))
            return nil
        }
        let blocks = PEMBlock.all(in: bytes)
        guard !blocks.isEmpty else {
            if isNamed || !isDocument(path) { scan.problems.append(notPEM(path, bytes)) }
            return nil
        }
        var found = CertificateFile(path: path)
        for (place, block) in blocks.enumerated() { found.add(block, place + 1, passphrase, &scan) }
        if mode & 0o004 != 0, !found.keys.isEmpty || found.hasLostKey {
            let rest = "everybody can read this private key; run chmod o-r on it."
            scan.problems.append(TLSProblem(.warning, path, rest))
        }
        return found
    }

    private mutating func add(
        _ block: PEMBlock,
        _ number: Int,
        _ passphrase: [UInt8]?,
        _ scan: inout TLSCertificateScan
    ) {
        switch block.content {
        case .other: break
        case .certificate:
            if let certificate = block.certificate { return certificates.append(certificate) }
            let rest = "block \(number) is no readable certificate; copy the file again from where it came."
            scan.problems.append(TLSProblem(.error, path, rest))
        case .key, .encryptedKey:
            if let key = block.key(passphrase) { return keys.append(key) }
            hasLostKey = true
            scan.problems.append(TLSProblem(.error, path, lostKey(block, number, passphrase)))
        }
    }

    private func lostKey(_ block: PEMBlock, _ number: Int, _ passphrase: [UInt8]?) -> String {
        guard block.content == .encryptedKey else {
            return "block \(number) is no readable private key; copy the file again from where it came."
        }
        return passphrase == nil
            ? "the private key is encrypted; give its passphrase, or store it without one by openssl pkey -in FILE."
            : "the passphrase does not open the private key; correct it, or store the key without one."
    }

    private static func advice(_ error: SystemError) -> String {
        if error.isDenied { return "cannot be read (\(error.reason)); let the service's user read it." }
        if error.isMissing { return "is not there; put the file there, or mend the link that leads to it." }
        if error.isTooLarge { return "is larger than 1 MiB, which no certificate is; take it out of this folder." }
        return "cannot be read (\(error.reason))."
    }

    private static func notPEM(_ path: String, _ bytes: [UInt8]) -> TLSProblem {
        if bytes.isEmpty { return TLSProblem(.error, path, "is empty; copy the file again from where it came.") }
        // A SEQUENCE of ASN.1.
        if bytes[0] == 0x30 {
            return TLSProblem(.error, path, "is DER, not PEM; convert it by openssl x509 -inform der or openssl pkey.")
        }
        return TLSProblem(
            .error,
            path,
            "is not PEM; give certificates and keys in PEM, and keep other files elsewhere."
        )
    }

    /// What certbot and people lay beside certificates to be read.
    private static func isDocument(_ path: String) -> Bool {
        let name = Files.split(path).name
        return name.hasPrefix("README") || name.hasSuffix(".md") || name.hasSuffix(".txt")
    }
}
