import Backend
package import PluginKit
import Synchronization

/// A server of lines that are known before: "S: …" is what it says, "C: …" what it must be told, "TLS" where it is secured.
package final class ScriptedLine: RemoteLine {
    private struct State {
        var script: [String]
        var faults: [String] = []
        var closes = 0
        var tls: [NetTLS] = []
    }

    private let state: Mutex<State>

    package init(_ script: [String]) { state = Mutex(State(script: script)) }

    package var rest: [String] { state.withLock { $0.script } }
    package var faults: [String] { state.withLock { $0.faults } }
    package var closes: Int { state.withLock { $0.closes } }
    package var tls: [NetTLS] { state.withLock { $0.tls } }

    package func readLine() async throws(NetError) -> String {
        let line = state.withLock { state -> String? in
            guard state.script.first?.hasPrefix("S: ") == true else { return nil }
            return String(state.script.removeFirst().dropFirst(3))
        }
        guard let line else { throw Self.gone }
        return line
    }

    package func write(_ text: String) async throws(NetError) {
        state.withLock { state in
            let line = "C: " + text.dropLast(text.hasSuffix("\r\n") ? 1 : 0)
            // QUIT is nobody's business here.
            if line == "C: QUIT" { return }
            if state.script.first == line { state.script.removeFirst() } else { state.faults.append(line) }
        }
    }

    package func write(_ bytes: [UInt8]) async throws(NetError) {
        try await write(String(decoding: bytes, as: UTF8.self))
    }

    package func startTLS(_ tls: NetTLS) async throws(NetError) {
        let isDone = state.withLock { state in
            state.tls.append(tls)
            guard state.script.first == "TLS" else { return false }
            state.script.removeFirst()
            return true
        }
        guard isDone else { throw Self.gone }
    }

    package func close() { state.withLock { $0.closes += 1 } }

    package static let gone = NetError(.closed, "the other side closed the connection")
}
