import DNS
import System

@testable import Outbound

/// Policies as a test says; counts how often each is asked for.
final class FakePolicies: PolicySource {
    struct State {
        var ids: [String: String] = [:]
        var texts: [String: String] = [:]
        var fault = PolicyFault.unreachable("down")
        var fetches = 0
        var isHeld = false
    }

    let state = Watched(State())

    func id(of domain: Name) async -> String? { state.value.ids[domain.text] }

    func text(of domain: Name) async throws(PolicyFault) -> [UInt8] {
        state.change { $0.fetches += 1 }
        await state.until { !$0.isHeld }
        guard let text = state.value.texts[domain.text] else { throw state.value.fault }
        return Array(text.utf8)
    }

    func set(_ domain: String, id: String?, mode: String, mx: String = "mx.example", maxAge: Int = 100_000) {
        state.change { state in
            state.ids[domain] = id
            state.texts[domain] = "version: STSv1\nmode: \(mode)\nmx: \(mx)\nmax_age: \(maxAge)\n"
        }
    }

    func set(_ domain: String, id: String?, text: [UInt8]) {
        state.change { state in
            state.ids[domain] = id
            state.texts[domain] = String(decoding: text, as: UTF8.self)
        }
    }

    func fail(_ fault: PolicyFault = .unreachable("down")) {
        state.change { state in
            state.texts = [:]
            state.fault = fault
        }
    }
}
