# The formula of Homebrew, for a tap of the project.
class Igconnect < Formula
  desc "Connect Instagram professional accounts from a terminal"
  homepage "@REPOSITORY@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "@REPOSITORY@/releases/download/v@VERSION@/igconnect-@VERSION@-aarch64-apple-darwin.tar.gz"
      sha256 "@SHA256_aarch64-apple-darwin@"
    end
    on_intel do
      url "@REPOSITORY@/releases/download/v@VERSION@/igconnect-@VERSION@-x86_64-apple-darwin.tar.gz"
      sha256 "@SHA256_x86_64-apple-darwin@"
    end
  end

  on_linux do
    on_arm do
      url "@REPOSITORY@/releases/download/v@VERSION@/igconnect-@VERSION@-aarch64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256_aarch64-unknown-linux-musl@"
    end
    on_intel do
      url "@REPOSITORY@/releases/download/v@VERSION@/igconnect-@VERSION@-x86_64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256_x86_64-unknown-linux-musl@"
    end
  end

  def install
    bin.install "igconnect"
    man1.install Dir["man/*.1"]
    man7.install Dir["man/*.7"]
    bash_completion.install "completions/igconnect.bash" => "igconnect"
    zsh_completion.install "completions/_igconnect"
    fish_completion.install "completions/igconnect.fish"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/igconnect --version")
    ENV["HOME"] = testpath
    system bin/"igconnect", "--sandbox", "--scenario", "agrees", "login", "--port", "0"
    assert_match "wreckshop.records", shell_output("#{bin}/igconnect --sandbox list")
  end
end
