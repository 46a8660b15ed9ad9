import Foundation
import Support
import System
import TLS
import Testing

@testable import HostCore

/// Certificates that the `openssl` command makes once for all tests.
///
/// Each is NAME.pem with its intermediate behind it, NAME.leaf.pem without, and NAME.key.
enum Certificates {
    static let folder: String = {
        let folder = FileManager.default.temporaryDirectory.appending(path: "haraka-certs-\(UUID().uuidString)").path
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let outcome = Program.shell(script, in: folder)
        precondition(outcome.status == 0, outcome.text)
        atexit { try? FileManager.default.removeItem(atPath: Certificates.folder) }
        return folder
    }()

    static func path(_ name: String) -> String { folder + "/" + name }

    static func text(_ name: String) throws -> String { String(decoding: try Files.read(path(name)), as: UTF8.self) }

    /// Certificate, chain and key in one.
    static func bundle(_ name: String) throws -> String { try text(name + ".pem") + text(name + ".key") }

    private static let script = #"""
        umask 077
        ec='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
        authority='-addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign'
        openssl req -x509 $ec -keyout root.key -out root.pem -days 3650 -subj /CN=Root $authority
        openssl req -x509 $ec -keyout middle.key -out middle.pem -days 3650 -subj /CN=Middle $authority \
            -CA root.pem -CAkey root.key

        leaf() { # name, alternative names, days, kind of key
            kind=$ec
            if [ "${4:-}" = rsa ]; then kind='-newkey rsa:2048 -nodes'; fi
            openssl req -new $kind -keyout $1.key -out $1.csr -subj /CN=$1
            printf 'basicConstraints=CA:FALSE\nsubjectAltName=%s\n' "$2" >$1.ext
            openssl x509 -req -in $1.csr -CA middle.pem -CAkey middle.key -days $3 -extfile $1.ext -out $1.leaf.pem
            cat $1.leaf.pem middle.pem >$1.pem
        }
        leaf mx DNS:mx.example.org,DNS:example.org 90
        leaf renewed DNS:mx.example.org,DNS:example.org 91
        leaf rsa DNS:mx.example.org,DNS:example.org 90 rsa
        leaf other DNS:other.example.com 90
        leaf wild DNS:*.example.net 90
        leaf soon DNS:soon.example.org 15
        leaf urgent DNS:urgent.example.org 5
        openssl pkcs8 -topk8 -in mx.key -out sealed.key -passout pass:sesame
        openssl x509 -in mx.leaf.pem -outform der -out mx.der
        openssl dhparam -dsaparam -out weak.dh 512
        """#
}
