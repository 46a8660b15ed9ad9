import Foundation
import Support
import System
import Testing

@testable import TLS

/// A certificate authority that the `openssl` command makes once for all tests, and what it has issued.
///
/// Each leaf is NAME.pem, NAME.key and NAME.full.pem, the latter with the intermediate behind it.
enum Authority {
    static let folder: String = {
        let folder = FileManager.default.temporaryDirectory.appending(path: "haraka-tls-\(UUID().uuidString)").path
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let outcome = Program.shell(script, in: folder)
        precondition(outcome.status == 0, outcome.text)
        atexit { try? FileManager.default.removeItem(atPath: Authority.folder) }
        return folder
    }()

    static func path(_ name: String) -> String { folder + "/" + name }
    static func bytes(_ name: String) throws -> [UInt8] { try Files.read(path(name)) }

    /// A leaf with its chain.
    static func certificate(_ name: String) throws -> TLSCertificate {
        let scan = TLSCertificateFolder.scan(
            files: [path(name + ".full.pem"), path(name + ".key")],
            now: SystemTime.wallSeconds
        )
        #expect(scan.problems == [])
        return try #require(scan.certificates.first)
    }

    static let trust = TLSTrust.authorities(file: path("root.pem"))

    private static let script = #"""
        umask 077
        ec='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
        authority='-addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign'
        openssl req -x509 $ec -keyout root.key -out root.pem -days 3650 -subj /CN=Root $authority
        openssl req -x509 $ec -keyout middle.key -out middle.pem -days 3650 -subj /CN=Middle $authority \
            -CA root.pem -CAkey root.key
        openssl req -x509 $ec -keyout foreign.key -out foreign.pem -days 3650 -subj /CN=Foreign $authority

        leaf() { # name, kind of key, subject, alternative names
            kind=$ec
            case $2 in
                rsa) kind='-newkey rsa:2048 -nodes' ;;
                ed25519) kind='-newkey ed25519 -nodes' ;;
                weak) kind='-newkey rsa:1024 -nodes' ;;
            esac
            openssl req -new -utf8 $kind -keyout $1.key -out $1.csr -subj "$3"
            printf 'basicConstraints=CA:FALSE\n' >$1.ext
            if [ -n "$4" ]; then printf 'subjectAltName=%s\n' "$4" >>$1.ext; fi
            openssl x509 -req -in $1.csr -CA ${5:-middle}.pem -CAkey ${5:-middle}.key -days 90 -extfile $1.ext \
                -out $1.pem ${6:-}
            if [ "${5:-middle}" = middle ]; then cat $1.pem middle.pem >$1.full.pem; else cp $1.pem $1.full.pem; fi
        }
        leaf rsa rsa /CN=mx.example.org DNS:mx.example.org,DNS:Example.org
        leaf ecdsa ec /CN=mx.example.org DNS:mx.example.org,DNS:example.org
        leaf ed25519 ed25519 /CN=ed.example.org DNS:ed.example.org
        leaf sha384 ec /CN=long.example.org DNS:long.example.org middle -sha384
        leaf wild ec /CN=wild DNS:*.example.net
        leaf other ec /CN=other.example.com ''
        leaf nameless ec /O=Nobody ''
        leaf weak weak /CN=weak.example.org DNS:weak.example.org
        leaf me ec '/O=Über & Söhne/CN=Me' email:me@example.org,email:second@example.org
        leaf plain ec /CN=robot ''
        leaf alien ec /CN=Alien email:alien@example.org foreign
        openssl pkcs8 -topk8 -in ecdsa.key -out ecdsa.encrypted.key -passout pass:sesame
        openssl rsa -aes128 -traditional -in rsa.key -out rsa.encrypted.key -passout pass:sesame
        openssl x509 -in ecdsa.pem -outform der -out ecdsa.der

        row() { # name: a line of the index that `openssl ocsp` reads
            serial=$(openssl x509 -in $1.pem -noout -serial | cut -d= -f2)
            printf 'V\t391231235959Z\t\t%s\tunknown\t/CN=%s\n' "$serial" "$1"
        }
        { row ecdsa; row rsa; } >index.txt
        for name in ecdsa rsa; do
            openssl ocsp -index index.txt -CA middle.pem -rsigner middle.pem -rkey middle.key -issuer middle.pem \
                -cert $name.pem -ndays 7 -respout $name.ocsp
        done
        """#
}
