// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "{{FILE}}",
    products: [.library(name: "{{FILE}}", type: .dynamic, targets: ["{{TYPE}}"])],
    dependencies: [.package(name: "haraka-sdk", path: "{{SDK}}")],
    targets: [
        .target(
            name: "{{TYPE}}",
            dependencies: [.product(name: "PluginKit", package: "haraka-sdk")],
            path: "Sources",
            swiftSettings: [.unsafeFlags(["-static-stdlib"], .when(configuration: .release))],
            // Swift's library goes into the plugin, and nothing but haraka_plugin_v1 comes out of it.
            linkerSettings: [
                .unsafeFlags(
                    [
                        "-static-stdlib",
                        "-Xlinker", "--version-script=\(Context.packageDirectory)/exports.map",
                        "-Xlinker", "-z", "-Xlinker", "nodelete", "-Xlinker", "-z", "-Xlinker", "now",
                    ],
                    .when(configuration: .release)
                )
            ]
        ),
        .testTarget(
            name: "{{TYPE}}Tests",
            dependencies: ["{{TYPE}}", .product(name: "PluginKit", package: "haraka-sdk")],
            path: "Tests"
        ),
    ]
)
