import Foundation
import Glibc
import System
import Testing

@testable import TLS

/// OpenSSL's own client against an engine, over a unix socket.
enum SClient {
    /// Runs `openssl s_client` with these further arguments; what it reads comes back as capitals, and QUIT ends it.
    static func run(_ engine: TLSEngine, _ arguments: [String], input text: String) throws -> String {
        let path = Authority.path("socket-\(UUID().uuidString)")
        let listener = try listen(path)
        defer { close(listener) }
        let words = ["openssl", "s_client", "-unix", path, "-CAfile", Authority.path("root.pem")]
        let input = try System.Pipe()
        let output = try System.Pipe()
        let process = try ChildProcess(
            words + ["-servername", "mx.example.org"] + arguments,
            moving: [(from: input.reading.number, to: 0), (from: output.writing.number, to: 1), (from: 1, to: 2)]
        )
        let stdin = input.closeReading()
        let stdout = output.closeWriting()
        let peer = accept(listener, nil, nil)
        try stdin.writeAll(text)
        serve(engine, peer)
        close(peer)
        try stdin.close()
        let said = try stdout.readAll(limit: 1 << 20)
        _ = process.wait()
        return String(decoding: said, as: UTF8.self)
    }

    private static func serve(_ engine: TLSEngine, _ peer: Int32) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe read(peer, &buffer, buffer.count)
            if count <= 0 { return engine.transportEnded() }
            engine.receive(Array(buffer[..<count]))
            let plaintext = Pair.takePlaintext(engine)
            if !plaintext.isEmpty { engine.send(Array(String(decoding: plaintext, as: UTF8.self).uppercased().utf8)) }
            let isOver = String(decoding: plaintext, as: UTF8.self).contains("quit")
            if isOver { engine.closeNotify() }
            let ciphertext = Pair.takeCiphertext(engine)
            _ = unsafe write(peer, ciphertext, ciphertext.count)
            if isOver { return }
        }
    }

    private static func listen(_ path: String) throws -> Int32 {
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
        let bound = unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(listener, address, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0 && Glibc.listen(listener, 1) == 0)
        return listener
    }
}
