internal import Config
internal import DNS
internal import TLS

/// What the settings name outside of the directory: files that may be missing, or hold something else.
extension OutboundSettings {
    /// Why TLS can't be spoken with other hosts; nil when it can.
    ///
    /// To be asked as the service's account: it reads the file again and again.
    var authorityProblem: Problem? {
        do throws(TLSError) {
            _ = try TLSClientContext(tls)
            return nil
        } catch {
            return problem(
                "tls_authorities",
                in: "outbound.ini",
                "tls_authorities must be a file of certificates in PEM that the server's account can read, not "
                    + "'\(SafeText.shown(authorities))': \(error)"
            )
        }
    }

    /// Why names can't be looked up; nil when they can.
    var resolverProblem: Problem? {
        do throws(SettingsError) {
            try resolver.check()
            return nil
        } catch { return problem(of: error) }
    }

    /// What a resolver complains of, with the key that it is from.
    func problem(of error: SettingsError) -> Problem {
        let reason = SafeText.shown(error.reason)
        switch error.setting {
        case "forward-addr":
            let allowed = "forwarders must be IP addresses of resolvers, each with @PORT where that isn't 53"
            return problem("forwarders", in: "dns.ini", "\(allowed), not '\(SafeText.shown(error.value))': \(reason)")
        case "domain-insecure":
            let allowed = "insecure_domains must be domains"
            return problem(
                "insecure_domains",
                in: "dns.ini",
                "\(allowed), not '\(SafeText.shown(error.value))': \(reason)"
            )
        case "resolv.conf":
            return problem("forwarders", in: "dns.ini", "without forwarders, \(error.value) must be usable: \(reason)")
        case "trust-anchor-file", "settings":
            guard case .file(let path) = resolver.trustAnchors else {
                return problem(
                    "trust_anchors",
                    in: "dns.ini",
                    "\(error); trust_anchors names a file of keys to begin with"
                )
            }
            let allowed = "trust_anchors must be a file with DS or DNSKEY records that the server's account can read"
            return problem("trust_anchors", in: "dns.ini", "\(allowed), not '\(SafeText.shown(path))': \(reason)")
        default: return problem("", in: "dns.ini", "\(error)")
        }
    }

    private func problem(_ key: String, in file: String, _ message: String) -> Problem {
        Problem(.error, at: origins[key], in: "config/\(file)", key: key, message)
    }
}
