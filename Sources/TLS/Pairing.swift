internal import System

/// Brings certificates, keys and chains of several files together.
struct Pairing {
    private struct Leaf {
        let certificate: CertificateHandle
        let file: CertificateFile
    }

    private let files: [CertificateFile]
    private var keys: [[UInt8]: (key: KeyHandle, file: String)] = [:]
    private var used: Set<[UInt8]> = []

    init(_ files: [CertificateFile]) {
        self.files = files
        for file in files {
            for key in file.keys where keys[key.publicHash] == nil { keys[key.publicHash] = (key, file.path) }
        }
    }

    /// Fills in what belongs together, and says what is left over.
    mutating func pair(now: Int64, _ scan: inout TLSCertificateScan) {
        for leaf in leaves {
            let hash = leaf.certificate.publicHash
            guard let (key, keyFile) = key(hash, near: leaf.file) else {
                scan.problems.append(TLSProblem(.error, leaf.file.path, withoutKey(leaf)))
                continue
            }
            used.insert(hash)
            guard let type = leaf.certificate.keyType, leaf.certificate.keyStrength >= 112 else {
                let rest = "the key is too weak or of an unknown type; make an RSA key of 2048 bits or an ECDSA key."
                scan.problems.append(TLSProblem(.error, leaf.file.path, rest))
                continue
            }
            var certificate = TLSCertificate(
                leaf.certificate,
                type,
                from: leaf.file.path,
                chain: chain(of: leaf),
                key: key,
                from: keyFile
            )
            certificate.staple = OCSPStaple.read(beside: leaf.file.path, for: certificate, now: now, &scan)
            judge(certificate, now, &scan)
            scan.certificates.append(certificate)
        }
        for file in files {
            for key in file.keys where !used.contains(key.publicHash) {
                used.insert(key.publicHash)
                let rest = "no certificate belongs to this key; put its certificate beside it, or take the key away."
                scan.problems.append(TLSProblem(.error, file.path, rest))
            }
        }
    }

    /// The certificates that need a key: each one once, from the file that brings most of its chain.
    ///
    /// An authority's certificate is one only if its key is there, as with those that sign themselves.
    private var leaves: [Leaf] {
        var leaves: [Leaf] = []
        var places: [String: Int] = [:]
        for file in files {
            for (index, certificate) in file.certificates.enumerated() {
                let hasKey = keys[certificate.publicHash] != nil
                guard hasKey || (index == 0 && !certificate.isAuthority) else { continue }
                let leaf = Leaf(certificate: certificate, file: file)
                if let place = places[certificate.fingerprint] {
                    if leaves[place].file.certificates.count < file.certificates.count { leaves[place] = leaf }
                } else {
                    places[certificate.fingerprint] = leaves.count
                    leaves.append(leaf)
                }
            }
        }
        return leaves
    }

    /// The same key may lie in several files: the certificate's own and its neighbours come first.
    private func key(_ hash: [UInt8], near file: CertificateFile) -> (KeyHandle, String)? {
        for other in [file] + files.filter({ $0.folder == file.folder }) {
            if let key = other.keys.first(where: { $0.publicHash == hash }) { return (key, other.path) }
        }
        return keys[hash].map { ($0.key, $0.file) }
    }

    private func withoutKey(_ leaf: Leaf) -> String {
        let near = [leaf.file] + files.filter { $0.folder == leaf.file.folder && $0.path != leaf.file.path }
        let certified = Set(files.flatMap(\.certificates).map(\.publicHash))
        for file in near where file.keys.contains(where: { !certified.contains($0.publicHash) }) {
            return "the key in \(file.path) does not match this certificate; put the certificate's own key there."
        }
        if let lost = near.first(where: \.hasLostKey) {
            return "its private key is missing, unless \(lost.path) holds it; see there."
        }
        return "its private key is missing; put it into this folder or into the same file."
    }

    /// From the leaf's issuer up to the last that is known, without the root, which clients have or don't trust.
    private func chain(of leaf: Leaf) -> [CertificateHandle] {
        let own = leaf.file.certificates
        let near = files.filter { $0.folder == leaf.file.folder }.flatMap(\.certificates)
        let pool = (own + near + files.flatMap(\.certificates)).filter(\.isAuthority)
        var chain: [CertificateHandle] = []
        var last = leaf.certificate
        while !last.isRoot, chain.count < 8, let issuer = pool.first(where: { last.isIssued(by: $0) }) {
            if issuer.isRoot { break }
            chain.append(issuer)
            last = issuer
        }
        return chain
    }

    private func judge(_ certificate: TLSCertificate, _ now: Int64, _ scan: inout TLSCertificateScan) {
        let file = certificate.certificateFile
        if certificate.notAfter < now {
            let days = -certificate.daysLeft(at: now)
            let rest = "expired \(days == 1 ? "a day" : "\(days) days") ago; renew the certificate."
            scan.problems.append(TLSProblem(.error, file, rest, isAboutDates: true))
        } else if certificate.notBefore > now {
            let rest = "is not valid yet; check this machine's clock, or wait."
            scan.problems.append(TLSProblem(.error, file, rest, isAboutDates: true))
        }
        if certificate.names.isEmpty {
            scan.problems.append(TLSProblem(.warning, file, "names no host; have it made for the server's name."))
        }
    }
}
